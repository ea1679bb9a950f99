package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.YamlValue;
import org.batchdrop.input.Contents;
import org.batchdrop.input.InputEntry;
import org.batchdrop.input.Sources;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.request.BodyTemplate;
import org.batchdrop.request.Prepared;
import org.batchdrop.request.PreparedPart;
import org.batchdrop.request.TemplateProblem;
import org.batchdrop.result.AnswerCheck;
import org.batchdrop.result.AnswerSchema;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Harvest;
import org.batchdrop.result.Outbox;

/**
 * Turns a received job into parts; the step of {@code prepare-job}. It is a pure function of the
 * input and the job's own copy of the pipeline, so that a crash in the middle costs nothing but
 * time.
 */
public final class Preparing {

  private final Home home;
  private final AnswerStore.Opener stores;
  private final Catalog catalog;
  private final Journal journal;
  private final Accounts accounts;
  private final Costs costs;
  private final InstantSource clock;
  private final Story story;
  private final Stopping stopping;

  /**
   * What a job became.
   *
   * @param job the job
   * @param isRefused whether it can't become requests
   * @param parts to be submitted; none when refused
   */
  public record Outcome(JobId job, boolean isRefused, List<PartId> parts) {}

  Preparing(
      Home home,
      AnswerStore.Opener stores,
      Catalog catalog,
      Journal journal,
      Accounts accounts,
      Costs costs,
      InstantSource clock,
      Story story,
      Stopping stopping) {
    this.home = home;
    this.stores = stores;
    this.catalog = catalog;
    this.journal = journal;
    this.accounts = accounts;
    this.costs = costs;
    this.clock = clock;
    this.story = story;
    this.stopping = stopping;
  }

  /** What is wrong with a pipeline's body, as far as that shows without an input. */
  static List<Problem> check(Pipeline pipeline) {
    Stream<Problem> body =
        pipeline.request().map(Pipeline.Request::body).map(BodyTemplate::compile).stream()
            .flatMap(compilation -> problems(pipeline, compilation))
            .map(problem -> new Problem(problem.location(), problem.message()));
    Stream<Problem> schema = pipeline.answer().schema().stream().flatMap(Preparing::problems);
    return Stream.concat(body, schema).toList();
  }

  private static Stream<Problem> problems(YamlValue.Mapping schema) {
    try {
      AnswerSchema.of(schema);
      return Stream.empty();
    } catch (IllegalArgumentException e) {
      return Stream.of(new Problem(schema.location(), "'answer.schema': " + e.getMessage()));
    }
  }

  private static Stream<TemplateProblem> problems(
      Pipeline pipeline, BodyTemplate.Compilation compilation) {
    if (compilation instanceof BodyTemplate.Refused refused) {
      return refused.problems().stream();
    }
    return pipeline.input() instanceof InputFormat.Source source
            && compilation instanceof BodyTemplate.Compiled compiled
        ? Stream.concat(
            compiled.template().unknownFields(Sources.fieldNames(source)).stream(),
            compiled.template().images().stream())
        : Stream.empty();
  }

  /**
   * Prepares a job.
   *
   * @throws java.io.InterruptedIOException when the daemon stops; it is prepared anew later
   * @throws IOException when the disk fails; the job shows why, and it is prepared anew later
   */
  public Outcome prepare(@Body JobId id) throws IOException {
    Job job = journal.job(id).orElseThrow();
    if (!(job.state() instanceof JobState.Received received)) {
      return new Outcome(id, job.state() instanceof JobState.Refused, List.of());
    }
    Instant begun = clock.instant();
    try {
      return prepared(job, received, begun);
    } catch (InputRejected e) {
      Refusals.refuse(id, e, home, journal, story);
      return new Outcome(id, true, List.of());
    } catch (IOException e) {
      waits(id, "it can't be prepared yet: " + e.getMessage());
      throw e;
    }
  }

  /** A journal from a backup may not know what was prepared, bought and delivered before. */
  private boolean isKnownToDisk(Job job, JobFolder folder) throws IOException {
    return Tree.look(folder.requests(new PartId(job.id(), 1, 1))).isPresent()
        || Tree.look(Outbox.folder(home.outbox(), job.pipeline(), job.id())).isPresent();
  }

  private void waits(JobId id, String why) {
    Job job = journal.job(id).orElseThrow();
    if (!stopping.getAsBoolean() && !job.problem().equals(Optional.of(why))) {
      journal.change(job, job.withProblem(why), List.of(), "");
    }
  }

  private Outcome prepared(Job job, JobState.Received received, Instant begun)
      throws IOException, InputRejected {
    JobFolder folder = home.job(job.id());
    Pipeline pipeline = pipeline(job, folder);
    if (job.orders().cancelled() && !isKnownToDisk(job, folder)) {
      throw new InputRejected(
          PartState.CANCELLED, "", "the job was cancelled before anything was sent");
    }
    InputEntry input = InputEntry.of(folder.input());
    if (input.isUnfetched()) {
      return new Outcome(job.id(), false, List.of());
    }
    requireNew(job, pipeline, input.read());
    ProviderProfile profile = profile(pipeline);
    Conversion conversion = new Conversion(home, pipeline, profile);
    Prepared prepared;
    EarlierAnswers known = EarlierAnswers.of(pipeline, home, stores, clock);
    try (known) {
      prepared = conversion.run(job.id(), folder, input.read(), known, stopping);
    }
    Instant now = clock.instant();
    Lane lane = conversion.lane(prepared);
    List<Part> parts = new ArrayList<>();
    for (PreparedPart ready : prepared.parts()) {
      Part part = built(job.id(), profile.name(), lane, ready, now);
      parts.add(
          ready.isReused()
              ? reused(part, folder, pipeline, now)
              : part.with(costs.estimate(part, pipeline)));
    }
    Job current = journal.job(job.id()).orElseThrow();
    Job changed =
        current
            .withoutProblem()
            .to(received.prepared())
            .boughtFrom(profile.name())
            .with(new Job.Totals(prepared.rows(), prepared.unsent(), 0, 0, parts.size()))
            .with(
                new Job.Times(
                    job.times().received(), Optional.of(now), Optional.empty(), Optional.empty()));
    journal
        .change(current, changed, parts, "parts: " + parts.size() + notes(prepared, known))
        .ifPresent(done -> story.prepared(done, Duration.between(begun, now), estimate(parts)));
    if (prepared.destreamed() > 0) {
      story.note(job.id(), destreamed(prepared).substring(2));
    }
    known.damage().ifPresent(damage -> story.damaged(job.id(), damage));
    return new Outcome(
        job.id(),
        false,
        parts.stream().filter(part -> !part.state().isFinal()).map(Part::id).toList());
  }

  private static String notes(Prepared prepared, EarlierAnswers known) {
    return destreamed(prepared) + known.damage().map(damage -> "; " + damage).orElse("");
  }

  /** Said in the log and in the job's history: the lines are no longer quite as they were. */
  private static String destreamed(Prepared prepared) {
    return prepared.destreamed() == 0
        ? ""
        : "; 'stream' and 'stream_options' were taken out of "
            + prepared.destreamed()
            + (prepared.destreamed() == 1 ? " line" : " lines")
            + ": no batch takes them";
  }

  private static Optional<Money> estimate(List<Part> parts) {
    return Money.sum(
        parts.stream()
            .filter(part -> !part.isReused())
            .map(part -> part.purchase().estimate())
            .toList());
  }

  /** Lets nothing be bought twice because the same file was dropped twice. */
  private void requireNew(Job job, Pipeline pipeline, Path input)
      throws IOException, InputRejected {
    if (pipeline.onDuplicate() == Pipeline.OnDuplicate.RUN) {
      return;
    }
    JobFolder folder = home.job(job.id());
    List<Path> own =
        Tree.look(folder.rowOrder()).isPresent()
            ? List.of(folder.pipeline(), folder.rowOrder())
            : List.of(folder.pipeline());
    String contents = Contents.hash(own, input, StopCheck.when(stopping));
    Optional<Job> earlier = journal.claimContents(job, contents);
    if (earlier.isPresent()) {
      throw new InputRejected(
          "duplicate",
          "",
          "the same contents were dropped before as '"
              + earlier.get().inputName()
              + "': job "
              + earlier.get().id()
              + earlier.get().outbox().map(outbox -> ", results in " + outbox).orElse("")
              + "; nothing was bought again; to buy it all the same, set 'on-duplicate: run' in"
              + " the pipeline and drop it again");
    }
  }

  /** A part whose rows have their answers; its estimate is what these would cost. */
  private Part reused(Part part, JobFolder folder, Pipeline pipeline, Instant now)
      throws IOException {
    Part ended = part.to(new PartState.Built().reused(), now);
    Harvest harvest =
        Harvest.of(
            new Harvest.Order(
                part.id().job(),
                folder,
                pipeline.input(),
                AnswerCheck.of(pipeline),
                List.of(new Harvest.Try(part.id(), true, false, true, Reason.NONE)),
                RetryPolicy.DEFAULT,
                Optional.empty(),
                true,
                Long.MAX_VALUE),
            StopCheck.when(stopping));
    return ended.with(
        part.purchase().estimated(0, costs.spent(part, harvest.paidLast(), harvest.used())));
  }

  private static Part built(JobId job, String provider, Lane lane, PreparedPart part, Instant now) {
    return new Part(
        new PartId(job, part.number(), 1),
        new PartState.Built(),
        new Part.Size((int) part.rows(), part.firstRow(), part.lastRow(), part.bytes()),
        lane,
        part.endpoint(),
        part.model(),
        provider,
        "",
        Part.Seen.NOTHING,
        Part.Pause.none(now),
        Part.Purchase.FIRST,
        0);
  }

  private Pipeline pipeline(Job job, JobFolder folder) throws IOException, InputRejected {
    Problems problems = new Problems();
    String file = "pipelines/" + job.pipeline() + ".yaml";
    Catalog.PipelineText text = new Catalog.PipelineText(file, Files.readString(folder.pipeline()));
    Optional<Pipeline> pipeline = catalog.pipeline(job.pipeline(), text, problems);
    pipeline.ifPresent(found -> problems.addAll(check(found)));
    if (pipeline.isEmpty() || !problems.isEmpty()) {
      throw new InputRejected(
          problems.all().stream()
              .map(
                  problem ->
                      new InputRejected.Problem(
                          "invalid_pipeline", problem.location().toString(), problem.message()))
              .toList());
    }
    return JobPipelines.of(pipeline.get(), JobPipelines.rowOrder(folder));
  }

  private ProviderProfile profile(Pipeline pipeline) throws InputRejected {
    ProviderProfile profile = accounts.profile(pipeline.provider());
    try {
      accounts.keyring().key(profile);
      return profile;
    } catch (KeyMissing e) {
      throw new InputRejected("missing_key", "", String.valueOf(e.getMessage()));
    }
  }
}
