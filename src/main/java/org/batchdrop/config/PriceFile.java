package org.batchdrop.config;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.batchdrop.config.Prices.Entry;
import org.batchdrop.job.Money;

/** Reads {@code prices.yaml}. */
public final class PriceFile {

  private static final int MAX_MODEL = 200;
  private static final LocalDate UNDATED = LocalDate.EPOCH;

  private PriceFile() {}

  /**
   * Reads the prices.
   *
   * @param file the file's name as people are shown it
   * @param text the content
   * @param providers the names of all profiles, which a price may name
   * @param problems receives everything that is wrong, with file and line
   * @return the prices; empty exactly when a problem was reported
   */
  public static Optional<Prices> read(
      String file, String text, Collection<String> providers, Problems problems) {
    Problems own = new Problems();
    Optional<Prices> prices =
        YamlFile.read(file, text, own)
            .map(root -> new Prices(Optional.of(file), new Reader(providers, own).entries(root)));
    problems.addAll(own.all());
    return own.isEmpty() ? prices : Optional.empty();
  }

  /** Reads the entries of one file. */
  private record Reader(Collection<String> providers, Problems problems) {

    List<Entry> entries(YamlValue.Mapping root) {
      Keys keys = new Keys("", root, problems);
      if (keys.value("date").isEmpty()) {
        keys.problem("date", "missing key 'date'; expected the day when the prices were true");
      }
      final LocalDate date = date(keys).orElse(UNDATED);
      if (keys.value("prices").isEmpty()) {
        keys.problem("prices", "missing key 'prices'; expected a list");
      }
      List<Entry> entries =
          keys.elements("prices").stream()
              .map(element -> entry(element, date))
              .flatMap(Optional::stream)
              .toList();
      keys.finish();
      for (int i = 1; i < entries.size(); i++) {
        for (int j = 0; j < i; j++) {
          checkApart(entries.get(j), entries.get(i));
        }
      }
      return entries;
    }

    private Optional<Entry> entry(Keys keys, LocalDate fileDate) {
      final Set<String> names = providers(keys);
      final String model = model(keys);
      final String currency = currency(keys);
      final LocalDate date = date(keys).orElse(fileDate);
      final YamlValue.Location location = keys.at("model");
      final PriceRates rates = new PriceRates(keys);
      final Optional<List<Price.Tier>> realtime = rates.realtime();
      final Optional<List<Price.Tier>> batch = rates.batch(realtime);
      keys.finish();
      if (names.isEmpty() || model.isEmpty() || currency.isEmpty()) {
        return Optional.empty();
      }
      Function<List<Price.Tier>, Price> price = tiers -> new Price(currency, date, location, tiers);
      return Optional.of(
          new Entry(
              names, new ModelPattern(model), location, realtime.map(price), batch.map(price)));
    }

    private Set<String> providers(Keys keys) {
      Set<String> names = new LinkedHashSet<>(keys.texts("provider"));
      if (names.isEmpty()) {
        keys.problem("provider", "missing key 'provider'; expected a profile's name, or several");
      }
      for (String name : names) {
        if (!providers.contains(name)) {
          keys.problem(
              "provider", "unknown provider '" + name + "'" + Suggestion.hint(name, providers));
        }
      }
      return names;
    }

    private static String model(Keys keys) {
      String model = keys.requiredText("model");
      if (keys.value("model").isPresent() && (model.isEmpty() || model.length() > MAX_MODEL)) {
        keys.problem("model", "'prices.model' must have 1 to " + MAX_MODEL + " characters");
        return "";
      }
      return model;
    }

    private static String currency(Keys keys) {
      String code = keys.requiredText("currency");
      if (Money.isCurrency(code)) {
        return code;
      }
      if (keys.value("currency").isPresent()) {
        keys.problem(
            "currency", "'prices.currency: " + code + "'; expected an ISO code such as USD or CNY");
      }
      return "";
    }

    private static Optional<LocalDate> date(Keys keys) {
      Optional<String> text = keys.text("date");
      try {
        return text.map(LocalDate::parse);
      } catch (DateTimeException e) {
        keys.problem(
            "date",
            "'" + keys.full("date") + ": " + text.get() + "'; expected a day such as 2026-11-20");
        return Optional.empty();
      }
    }

    private void checkApart(Entry earlier, Entry later) {
      Set<String> shared = new LinkedHashSet<>(later.providers());
      shared.retainAll(earlier.providers());
      if (shared.isEmpty()) {
        return;
      }
      String stands = "; it stands on line " + earlier.location().line() + " already";
      if (later.model().equals(earlier.model())) {
        problems.add(
            later.location(),
            "duplicate price of '" + later.model() + "' at " + String.join(", ", shared) + stands);
      } else if (!later.model().isExact()
          && !earlier.model().isExact()
          && later.model().overlaps(earlier.model())) {
        problems.add(
            later.location(),
            "'"
                + later.model()
                + "' and '"
                + earlier.model()
                + "' on line "
                + earlier.location().line()
                + " can fit the same model at "
                + String.join(", ", shared)
                + "; write one of them so that they can't, or exact names");
      }
    }
  }
}
