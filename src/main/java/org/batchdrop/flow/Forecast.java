package org.batchdrop.flow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.batchdrop.config.Cost;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Price;
import org.batchdrop.config.Prices;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Money;
import org.batchdrop.job.PartId;
import org.batchdrop.job.Usage;
import org.batchdrop.request.Prepared;
import org.batchdrop.request.PreparedPart;
import org.batchdrop.request.PromptTokens;
import org.batchdrop.request.TokenEstimate;

/**
 * What a prepared input would use and cost.
 *
 * @param models each model and endpoint, in the order of their first rows
 * @param offers the ways to buy all of it
 */
public record Forecast(List<Model> models, List<Offer> offers) {

  /**
   * What the requests to one model use.
   *
   * @param parts batches
   * @param rows requests
   * @param input tokens of the requests
   * @param vocabulary that counted them; empty: estimated by their characters
   * @param basis what {@code input} and {@code output} rest on, for people
   * @param cacheable those of {@code input} that a cache may hold at best
   * @param shared tokens that each request begins with
   * @param output tokens of the answers, at most or assumed
   */
  public record Model(
      String name,
      String endpoint,
      int parts,
      long rows,
      long input,
      Optional<String> vocabulary,
      String basis,
      long cacheable,
      long shared,
      long output) {

    private Model plus(Model other) {
      return new Model(
          name,
          endpoint,
          parts + other.parts,
          rows + other.rows,
          input + other.input,
          vocabulary,
          basis,
          cacheable + other.cacheable,
          Math.min(shared, other.shared),
          output + other.output);
    }
  }

  /**
   * What all of it costs in one way.
   *
   * @param name {@code batch}, {@code batch_cached}, {@code realtime} or {@code realtime_cached}
   * @param amount empty: not known
   * @param unknown why, for people; empty exactly when it is known
   */
  public record Offer(String name, Optional<Money> amount, String unknown) {}

  public Forecast {
    models = List.copyOf(models);
    offers = List.copyOf(offers);
  }

  /** One way to buy, part by part. */
  private static final class Sum {
    private final String name;
    private final List<Optional<Money>> amounts = new ArrayList<>();
    private String unknown = "";

    Sum(String name) {
      this.name = name;
    }

    void add(Cost cost) {
      amounts.add(cost.amount());
      if (unknown.isEmpty()) {
        unknown = cost.reason();
      }
    }

    Offer offer() {
      Optional<Money> sum = unknown.isEmpty() ? Money.sum(amounts) : Optional.empty();
      boolean mixed = unknown.isEmpty() && sum.isEmpty();
      return new Offer(name, sum, mixed ? "the parts have prices in several currencies" : unknown);
    }
  }

  /**
   * Counts and prices.
   *
   * @param folder where the part files are
   * @throws IOException when they can't be read, or the work shall stop
   */
  static Forecast of(
      JobId job,
      JobFolder folder,
      Pipeline pipeline,
      Prepared prepared,
      Prices prices,
      BooleanSupplier stop)
      throws IOException {
    Map<String, Model> models = new LinkedHashMap<>();
    Sum batch = new Sum("batch");
    Sum batchCached = new Sum("batch_cached");
    Sum realtime = new Sum("realtime");
    Sum realtimeCached = new Sum("realtime_cached");
    PromptTokens tokens = new PromptTokens(stop);
    for (PreparedPart part : prepared.parts()) {
      Model model = model(job, folder, pipeline, part, tokens);
      models.merge(model.name() + " " + model.endpoint(), model, Model::plus);
      Usage plain = Usage.expected(model.rows(), model.input(), model.output());
      Usage cached = new Usage(model.rows(), model.input(), model.cacheable(), model.output());
      Prices.Quote inBatch = prices.batch(pipeline.provider(), part.model());
      Prices.Quote alone = prices.realtime(pipeline.provider(), part.model());
      batch.add(inBatch.cost(plain));
      batchCached.add(cached(inBatch, cached, part.model()));
      realtime.add(alone.cost(plain));
      realtimeCached.add(cached(alone, cached, part.model()));
    }
    return new Forecast(
        List.copyOf(models.values()),
        List.of(batch.offer(), batchCached.offer(), realtime.offer(), realtimeCached.offer()));
  }

  private static Model model(
      JobId job, JobFolder folder, Pipeline pipeline, PreparedPart part, PromptTokens tokens)
      throws IOException {
    boolean answers = !part.endpoint().endsWith("/embeddings");
    var file = folder.requests(new PartId(job, part.number(), 1));
    TokenEstimate estimate =
        TokenEstimate.of(file, part.rows(), answers ? pipeline.budget().outputTokens() : 0);
    PromptTokens.Found found = tokens.count(file, part.model(), estimate);
    return new Model(
        part.model(),
        part.endpoint(),
        1,
        part.rows(),
        found.input(),
        found.vocabulary(),
        basis(found, estimate, answers),
        found.cacheable(),
        found.shared(),
        estimate.output());
  }

  private static String basis(PromptTokens.Found found, TokenEstimate estimate, boolean answers) {
    String shown = estimate.basis().show();
    int output = shown.indexOf("; output: ");
    String input =
        found
            .vocabulary()
            .map(name -> "input: exact, by the vocabulary " + name)
            .orElse(shown.substring(0, output) + " (calibrated, meant to be too high)");
    return input
        + (found.hasMedia()
            ? ", without images and other media" + (found.vocabulary().isEmpty() ? " (rough)" : "")
            : "")
        + (found.hasOther() && found.vocabulary().isPresent()
            ? ", tools and schemas by their text"
            : "")
        + (answers ? shown.substring(output) : "; output: none");
  }

  private static Cost cached(Prices.Quote quote, Usage usage, String model) {
    Optional<Price> price = quote.price();
    if (price.isPresent() && !price.get().isCheaperCached()) {
      return new Cost(
          Optional.empty(),
          price.get().location()
              + ": no price of cached input of model '"
              + model
              + "' that is below 'input'; add 'cached-input' if the provider's page has one");
    }
    return quote.cost(usage);
  }
}
