package org.batchdrop.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.job.Usage;

/**
 * The prices that are known: the validated content of {@code prices.yaml}. A price that is not
 * there is unknown, never zero and never guessed. Immutable.
 */
public final class Prices {

  /** No price is known, because no file was written. */
  public static final Prices NONE = new Prices(Optional.empty(), List.of());

  private final Optional<String> file;
  private final List<Entry> entries;

  /**
   * Made by {@link PriceFile}.
   *
   * @param file as people are shown it; empty: there is none
   * @param entries for each provider no two globs that could fit the same model, and no model twice
   */
  Prices(Optional<String> file, List<Entry> entries) {
    this.file = file;
    this.entries = List.copyOf(entries);
  }

  /**
   * The prices of a model, or of several that cost the same.
   *
   * @param providers names of profiles
   * @param model a name or a glob
   * @param realtime what each call costs; empty: unknown
   * @param batch what requests in a batch cost; empty: unknown
   */
  record Entry(
      Set<String> providers,
      ModelPattern model,
      YamlValue.Location location,
      Optional<Price> realtime,
      Optional<Price> batch) {
    Entry {
      providers = Set.copyOf(providers);
    }
  }

  /**
   * The answer to the question for a price.
   *
   * @param price empty: not known
   * @param reason why it is not known, for people; {@code ""} exactly when it is
   */
  public record Quote(Optional<Price> price, String reason) {

    /**
     * What a usage costs.
     *
     * @return without an amount when the price is not known, or no tier fits
     * @throws ArithmeticException when the amount is more than can be held
     */
    public Cost cost(Usage usage) {
      return price.map(p -> p.cost(usage)).orElseGet(() -> new Cost(Optional.empty(), reason));
    }
  }

  /** The price of a model's batches at a provider. */
  public Quote batch(String provider, String model) {
    return find(provider, model)
        .map(
            entry ->
                quote(
                    entry.batch(),
                    entry.location()
                        + ": the price of model '"
                        + model
                        + "' at "
                        + provider
                        + " says nothing of batches; add 'batch:' to it, such as {discount: 50%},"
                        + " after a look at the provider's page"))
        .orElseGet(() -> new Quote(Optional.empty(), lack(provider, model)));
  }

  /** The price of a model's single calls at a provider. */
  public Quote realtime(String provider, String model) {
    return find(provider, model)
        .map(
            entry ->
                quote(
                    entry.realtime(),
                    entry.location()
                        + ": the price of model '"
                        + model
                        + "' at "
                        + provider
                        + " is of batches only; add 'input' and 'output' to it"))
        .orElseGet(() -> new Quote(Optional.empty(), lack(provider, model)));
  }

  private static Quote quote(Optional<Price> price, String reason) {
    return new Quote(price, price.isPresent() ? "" : reason);
  }

  private Optional<Entry> find(String provider, String model) {
    List<Entry> offered =
        entries.stream().filter(entry -> entry.providers().contains(provider)).toList();
    return offered.stream()
        .filter(entry -> entry.model().text().equals(model))
        .findFirst()
        .or(() -> offered.stream().filter(entry -> entry.model().matches(model)).findFirst());
  }

  private String lack(String provider, String model) {
    if (file.isEmpty()) {
      return "no price of model '"
          + model
          + "' at "
          + provider
          + " is known; write prices.yaml in the home";
    }
    List<String> offered =
        entries.stream()
            .filter(entry -> entry.providers().contains(provider))
            .map(entry -> entry.model().text())
            .toList();
    return file.get()
        + " has no price of model '"
        + model
        + "' at "
        + provider
        + Suggestion.hint(model, offered);
  }
}
