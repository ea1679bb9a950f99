package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Cost;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Prices;
import org.batchdrop.config.Problems;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.job.Usage;
import org.batchdrop.request.TokenEstimate;
import org.batchdrop.result.DeliveryOrder;
import org.batchdrop.result.Tokens;
import org.jspecify.annotations.Nullable;

/** What parts may cost, and did cost, by the prices that the user's file says at the moment. */
final class Costs {

  private final Home home;
  private final Catalog catalog;
  private @Nullable Known known;

  /** The prices of a file that has not changed since. */
  private record Known(FileTime written, long size, Prices prices) {}

  Costs(Home home, Catalog catalog) {
    this.home = home;
    this.catalog = catalog;
  }

  /**
   * The prices that are known now. A file that has problems keeps those that were known before.
   *
   * @throws IOException when the file can't be read
   */
  synchronized Prices prices() throws IOException {
    BasicFileAttributes file;
    try {
      file = Files.readAttributes(home.prices(), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      known = null;
      return Prices.NONE;
    }
    FileTime written = file.lastModifiedTime();
    long size = file.size();
    Known last = known;
    if (last != null && last.written().equals(written) && last.size() == size) {
      return last.prices();
    }
    Prices fallback = last == null ? Prices.NONE : last.prices();
    Prices prices = catalog.prices(new Problems()).orElse(fallback);
    known = new Known(written, size, prices);
    return prices;
  }

  /** Estimates a part whose file is on disk. */
  Part.Purchase estimate(Part part, Pipeline pipeline) throws IOException {
    boolean answers = !part.endpoint().endsWith("/embeddings");
    TokenEstimate estimate =
        TokenEstimate.of(
            home.job(part.id().job()).requests(part.id()),
            part.size().rows(),
            answers ? pipeline.budget().outputTokens() : 0);
    return part.purchase().estimated(estimate.input(), cost(part, estimate.usage()).amount());
  }

  /** What a usage of a part costs, or why that is not known. */
  Cost cost(Part part, Usage usage) throws IOException {
    Prices prices = prices();
    Prices.Quote quote =
        part.lane() == Lane.BATCH
            ? prices.batch(part.provider(), part.model())
            : prices.realtime(part.provider(), part.model());
    return quote.cost(usage);
  }

  /**
   * What a job was estimated at, and what it did cost or why that is not known.
   *
   * @param parts all of the job's, of each generation
   */
  DeliveryOrder.Cost whole(List<Part> parts) throws IOException {
    List<Part> bought =
        parts.stream()
            .filter(part -> part.state() instanceof PartState.Collected && !part.isReused())
            .toList();
    Optional<Money> estimated =
        Money.sum(
            parts.stream()
                .filter(part -> part.id().generation() == 1 && !part.isReused())
                .map(part -> part.purchase().estimate())
                .toList());
    Optional<Money> spent =
        Money.sum(bought.stream().map(part -> part.purchase().spent()).toList());
    String unknown = spent.isEmpty() && !bought.isEmpty() ? unknown(bought) : "";
    List<Part> reused = parts.stream().filter(Part::isReused).toList();
    return new DeliveryOrder.Cost(
        estimated,
        spent,
        unknown,
        reused.stream().mapToLong(part -> part.size().rows()).sum(),
        Money.sum(reused.stream().map(part -> part.purchase().estimate()).toList()));
  }

  private String unknown(List<Part> bought) throws IOException {
    for (Part part : bought) {
      if (part.purchase().spent().isEmpty()) {
        String reason = cost(part, Usage.NONE).reason();
        return reason.isEmpty()
            ? "the price of model " + part.model() + " was not known when its answers came"
            : reason;
      }
    }
    return "its parts were priced in several currencies: "
        + bought.stream()
            .flatMap(part -> part.purchase().spent().stream())
            .map(Money::currency)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
  }

  /** What a part did cost; empty when its price is not known. */
  Optional<Money> spent(Part part, long answered, Tokens used) throws IOException {
    Usage usage = new Usage(answered, used.input(), used.cached(), used.output());
    return cost(part, usage).amount();
  }
}
