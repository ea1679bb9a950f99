package org.batchdrop.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchdrop.config.Price.Rates;
import org.batchdrop.config.Price.Tier;

/** Reads the numbers of one entry of {@code prices.yaml}; all become prices of a million tokens. */
final class PriceRates {

  private static final Pattern TOKENS = Pattern.compile("([0-9]{1,9}) ?([KM]?)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?) ?%");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final Keys keys;
  private final BigDecimal factor;

  PriceRates(Keys keys) {
    this.keys = keys;
    boolean perThousand = keys.word("per", List.of("1K", "1M")).orElse("1M").equals("1K");
    this.factor = BigDecimal.valueOf(perThousand ? 1000 : 1);
  }

  /** The entry's own prices; empty when there are none. */
  Optional<List<Tier>> realtime() {
    boolean anywhere = hasPrices(keys);
    if (!anywhere && keys.value("batch").isEmpty()) {
      keys.problem("model", "no price; expected 'input' and 'output', or 'tiers'");
    }
    return anywhere ? tiers(keys) : Optional.empty();
  }

  /** The prices of batches: written out, or by a discount on the entry's own; empty: unknown. */
  Optional<List<Tier>> batch(Optional<List<Tier>> realtime) {
    if (keys.mapping("batch").isEmpty()) {
      return Optional.empty();
    }
    Keys batch = keys.nested("batch");
    Optional<String> text = batch.text("discount");
    boolean written = hasPrices(batch);
    if (text.isEmpty() && !written) {
      batch.problem(
          "discount", "'prices.batch' must hold 'discount', 'input' and 'output', or 'tiers'");
    }
    if (text.isPresent() && written) {
      batch.problem("discount", "'prices.batch' holds a discount and prices; expected one of them");
    }
    Optional<List<Tier>> tiers = written ? tiers(batch) : Optional.empty();
    if (text.isPresent() && !written) {
      tiers = realtime.flatMap(list -> discounted(batch, list, text.get()));
      if (!hasPrices(keys)) {
        batch.problem("discount", "'prices.batch.discount' needs 'input' and 'output', or 'tiers'");
      }
    }
    batch.finish();
    return tiers;
  }

  private static boolean hasPrices(Keys section) {
    // Each is asked for, so that none of them counts as unknown in the end.
    return Stream.of("input", "output", "cached-input", "tiers")
        .map(section::value)
        .reduce(false, (found, value) -> found || value.isPresent(), Boolean::logicalOr);
  }

  private Optional<List<Tier>> tiers(Keys section) {
    Optional<YamlValue> list = section.value("tiers");
    if (list.isEmpty()) {
      return rates(section).map(rates -> List.of(new Tier(Long.MAX_VALUE, rates)));
    }
    for (String key : List.of("input", "output", "cached-input")) {
      if (section.value(key).isPresent()) {
        section.problem(
            key, "'" + section.full(key) + "' has no use beside 'tiers'; write it there");
      }
    }
    int size = list.get() instanceof YamlValue.Sequence sequence ? sequence.items().size() : 0;
    if (size == 0) {
      section.problem("tiers", "'" + section.full("tiers") + "' must hold at least one tier");
    }
    Ascending bounds = new Ascending(size);
    List<Optional<Tier>> tiers =
        section.elements("tiers").stream().map(tier -> tier(tier, bounds)).toList();
    return tiers.isEmpty() || tiers.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : Optional.of(tiers.stream().flatMap(Optional::stream).toList());
  }

  private Optional<Tier> tier(Keys tier, Ascending bounds) {
    long upTo = bounds.next(tier);
    Optional<Rates> rates = rates(tier);
    tier.finish();
    return rates.map(all -> new Tier(upTo, all));
  }

  private Optional<Rates> rates(Keys section) {
    Optional<BigDecimal> input = rate(section, "input", true);
    Optional<BigDecimal> output = rate(section, "output", true);
    Optional<BigDecimal> cached = rate(section, "cached-input", false);
    if (input.isEmpty() || output.isEmpty()) {
      return Optional.empty();
    }
    if (cached.isPresent() && cached.get().compareTo(input.get()) > 0) {
      section.problem(
          "cached-input",
          "'" + section.full("cached-input") + "' is more than 'input'; expected at most that");
    }
    return Optional.of(new Rates(input.get(), cached.orElse(input.get()), output.get()));
  }

  private Optional<BigDecimal> rate(Keys section, String key, boolean required) {
    Optional<String> text = section.text(key);
    if (text.isEmpty() && section.value(key).isEmpty() && required) {
      section.problem(
          key, "missing key '" + section.full(key) + "'; a price needs 'input' and 'output'");
    }
    Optional<BigDecimal> rate = text.flatMap(PriceRates::decimal).map(factor::multiply);
    if (text.isPresent() && rate.isEmpty()) {
      section.problem(
          key,
          "'"
              + section.full(key)
              + ": "
              + text.get()
              + "'; expected a number from 0 such as 0.15, at most 9"
              + " digits before and 9 behind the point");
    }
    return rate;
  }

  /** A cache's discount is not taken over: most providers give none on top of the batch's. */
  private static Optional<List<Tier>> discounted(Keys batch, List<Tier> tiers, String text) {
    Matcher matcher = PERCENT.matcher(text);
    BigDecimal percent =
        matcher.matches() ? new BigDecimal(matcher.group(1)) : HUNDRED.add(HUNDRED);
    if (percent.compareTo(HUNDRED) > 0) {
      batch.problem(
          "discount",
          "'prices.batch.discount: " + text + "'; expected a part of hundred such as 50%");
      return Optional.empty();
    }
    BigDecimal left = HUNDRED.subtract(percent).movePointLeft(2);
    return Optional.of(
        tiers.stream()
            .map(
                tier -> {
                  BigDecimal input = tier.rates().input().multiply(left);
                  BigDecimal output = tier.rates().output().multiply(left);
                  return new Tier(tier.upTo(), new Rates(input, input, output));
                })
            .toList());
  }

  /** Reads the bounds of tiers, one after the other. */
  private static final class Ascending {
    private int left;
    private long highest;

    Ascending(int tiers) {
      this.left = tiers;
    }

    long next(Keys tier) {
      left--;
      Optional<String> text = tier.text("up-to");
      if (text.isEmpty()) {
        if (left > 0) {
          tier.problem(
              "up-to",
              "missing key '" + tier.full("up-to") + "'; only the last tier may have no bound");
        }
        return Long.MAX_VALUE;
      }
      Matcher matcher = TOKENS.matcher(text.get());
      if (!matcher.matches()) {
        tier.problem(
            "up-to",
            "'" + tier.full("up-to") + ": " + text.get() + "'; expected tokens such as 128K");
        return Long.MAX_VALUE;
      }
      long unit = matcher.group(2).isEmpty() ? 1 : matcher.group(2).equals("K") ? 1000 : 1_000_000;
      long upTo = Long.parseLong(matcher.group(1)) * unit;
      if (upTo <= highest) {
        tier.problem(
            "up-to",
            "'" + tier.full("up-to") + ": " + text.get() + "' is not above the tier before it");
      }
      highest = upTo;
      return upTo;
    }
  }

  /** A decimal from 0 with at most nine digits before and after the point. */
  private static Optional<BigDecimal> decimal(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }
}
