package org.batchdrop.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Prices;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Lane;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.batchdrop.job.RowOrder;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Keyring;
import org.batchdrop.request.KnownAnswers;
import org.batchdrop.request.Prepared;
import org.batchdrop.request.PreparedPart;
import org.batchdrop.request.UnsentRows;
import org.jspecify.annotations.Nullable;

/**
 * Prepares a file as the daemon would, into a temporary folder that is gone after {@link #close},
 * and tells what would become of it. Nothing is sent, and the home is only read. Confined to one
 * thread but for {@link #stop}.
 */
public final class PreFlight implements AutoCloseable {

  private final Order order;
  private final Path temporary;
  private final JobFolder folder;
  private final JobId job;
  private final Pipeline pipeline;
  private final ProviderProfile profile;
  private final Prices prices;
  private final AtomicBoolean stopped;
  private @Nullable Prepared prepared;
  private List<InputRejected.Problem> rejected = List.of();

  /**
   * What is looked at.
   *
   * @param pipeline its name
   * @param file that would be dropped
   * @param rows that would be asked for
   * @param environment looks an environment variable up
   * @param now the time, for the age of prices
   */
  public record Order(
      Home home,
      String pipeline,
      Path file,
      RowOrder rows,
      Function<String, Optional<String>> environment,
      Instant now) {}

  /**
   * What an input would become.
   *
   * @param rows of the job
   * @param unsent those of them that can't be sent
   * @param parts batches, or their like in the realtime lane
   * @param lane the way that they would go first
   */
  public record Counts(long rows, long unsent, int parts, Lane lane) {}

  /** Walks over rows that can't be sent. */
  public interface Failures {
    /** Takes the next one. */
    void take(RowFailure failure) throws IOException;
  }

  private PreFlight(
      Order order, Path temporary, Pipeline pipeline, ProviderProfile profile, Prices prices) {
    this.order = order;
    this.temporary = temporary;
    this.folder = new JobFolder(temporary);
    this.pipeline = pipeline;
    this.profile = profile;
    this.prices = prices;
    this.stopped = new AtomicBoolean();
    this.job = JobId.of(order.now(), ZoneId.systemDefault(), "", 0);
  }

  /**
   * Reads the configuration; nothing is prepared yet.
   *
   * @throws DaemonRefused when the settings, the pipeline, its profile or the prices have problems
   * @throws IOException when something can't be read
   */
  public static PreFlight of(Order order) throws IOException, DaemonRefused {
    Home home = order.home();
    Problems problems = new Problems();
    String text = Files.isRegularFile(home.settings()) ? Files.readString(home.settings()) : "";
    Optional<Settings> settings =
        Settings.read(home.show(home.settings()), text, order.environment(), problems);
    String requests = settings.map(Settings::requestsProvider).orElse("sandbox");
    Catalog catalog = new Catalog(home, requests);
    Optional<Prices> prices = catalog.prices(problems);
    Optional<Catalog.PipelineText> source = catalog.pipelineText(order.pipeline());
    if (source.isEmpty()) {
      throw new DaemonRefused(List.of("there is no pipeline '" + order.pipeline() + "'"));
    }
    Optional<Pipeline> pipeline = catalog.pipeline(order.pipeline(), source.get(), problems);
    pipeline.ifPresent(found -> problems.addAll(Preparing.check(found)));
    Optional<ProviderProfile> profile =
        pipeline.isEmpty()
            ? Optional.empty()
            : catalog.profile(pipeline.get().provider(), problems);
    if (!problems.isEmpty() || pipeline.isEmpty() || profile.isEmpty() || prices.isEmpty()) {
      throw new DaemonRefused(problems.all().stream().map(Problem::toString).toList());
    }
    return new PreFlight(
        order,
        Files.createTempDirectory("batchdrop-"),
        JobPipelines.of(pipeline.get(), order.rows()),
        profile.get(),
        prices.get());
  }

  /**
   * Prepares the file.
   *
   * @return empty when it would be rejected; {@link #rejected} says why
   * @throws java.io.InterruptedIOException after {@link #stop}
   * @throws IOException when the file or the temporary folder fails
   */
  public Optional<Counts> prepare() throws IOException {
    try {
      Conversion conversion = new Conversion(order.home(), pipeline, profile);
      Prepared ready =
          conversion.run(job, folder, order.file().toRealPath(), KnownAnswers.NONE, stopped::get);
      prepared = ready;
      return Optional.of(
          new Counts(ready.rows(), ready.unsent(), ready.parts().size(), conversion.lane(ready)));
    } catch (InputRejected e) {
      rejected = e.problems();
      return Optional.empty();
    }
  }

  /** Why the file would be rejected; the first reasons, when each of its rows is one. */
  public List<InputRejected.Problem> rejected() {
    return rejected;
  }

  /** The pipeline's name. */
  public String pipeline() {
    return pipeline.name();
  }

  /** Who would answer. */
  public String provider() {
    return profile.name();
  }

  /** The rows that were asked for; empty: all. */
  public Optional<String> chosen() {
    return pipeline.intake().rows().isAll()
        ? Optional.empty()
        : Optional.of(pipeline.intake().rows().toString());
  }

  /**
   * Hands over each row that can't be sent, in input order.
   *
   * @throws IOException when they can't be read back
   */
  public void failures(Failures failures) throws IOException {
    try (UnsentRows unsent = UnsentRows.open(folder.unsentRows())) {
      while (unsent.hasNext()) {
        failures.take(unsent.next());
      }
    }
  }

  /**
   * The first request lines.
   *
   * @param most how many
   * @throws IOException when they can't be read back
   */
  public List<String> lines(int most) throws IOException {
    List<String> lines = new ArrayList<>();
    List<PreparedPart> parts = prepared == null ? List.of() : prepared.parts();
    for (PreparedPart part : parts) {
      Path file = folder.requests(new PartId(job, part.number(), 1));
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        String line = lines.size() < most ? reader.readLine() : null;
        while (line != null) {
          lines.add(line);
          line = lines.size() < most ? reader.readLine() : null;
        }
      }
    }
    return lines;
  }

  /**
   * What it would use and cost; after {@link #prepare} found rows.
   *
   * @throws IOException when the part files can't be read, or after {@link #stop}
   * @throws IllegalStateException when nothing was prepared
   */
  public Forecast forecast() throws IOException {
    Prepared ready = prepared;
    if (ready == null) {
      throw new IllegalStateException("nothing was prepared");
    }
    return Forecast.of(job, folder, pipeline, ready, prices, stopped::get);
  }

  /** What else a careful person would want to know before the file is dropped; for people. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    try {
      new Keyring(order.home().root(), order.environment()).key(profile);
    } catch (KeyMissing e) {
      notes.add("a job would be rejected where this is so: " + e.getMessage());
    }
    LocalDate today = LocalDate.ofInstant(order.now(), ZoneId.systemDefault());
    List<PreparedPart> parts = prepared == null ? List.of() : prepared.parts();
    parts.stream()
        .map(PreparedPart::model)
        .distinct()
        .flatMap(
            model ->
                java.util.stream.Stream.of(
                    prices.batch(profile.name(), model), prices.realtime(profile.name(), model)))
        .flatMap(quote -> quote.price().stream())
        .flatMap(price -> price.warning(today).stream())
        .distinct()
        .forEach(notes::add);
    return notes;
  }

  /** Whether the estimate is above what the pipeline lets a job cost; for people. */
  public Optional<String> budget(Forecast forecast, Lane lane) {
    String name = lane == Lane.BATCH ? "batch" : "realtime";
    return forecast.offers().stream()
        .filter(offer -> offer.name().equals(name))
        .flatMap(offer -> offer.amount().stream())
        .flatMap(
            amount ->
                pipeline.budget().perJob().stream()
                    .filter(most -> most.isSameCurrency(amount) && amount.isMoreThan(most))
                    .map(
                        most ->
                            "the job would be parked: "
                                + amount.show()
                                + " is more than 'budget.per-job: "
                                + most.show()
                                + "'"))
        .findFirst();
  }

  /** Ends the work of another thread as soon as it asks. */
  public void stop() {
    stopped.set(true);
  }

  @Override
  public void close() throws IOException {
    Tree.remove(temporary);
  }
}
