package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problems;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RowId;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.SqlAnswerStore;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Keyring;
import org.batchdrop.provider.Reply;

/**
 * The buying beans without routes and without a wire: a real journal and a real disk in a temporary
 * home, a clock that the test moves, replies that the test makes up.
 */
final class Bench implements AutoCloseable {

  static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  static final String PROVIDER = "mine";

  /** Long enough to look like a key; put together here, and worth nothing. */
  static final String KEY = "bench-key-".concat("0123456789abcdef");

  /** An answer costs one dollar: a thousand tokens are expected of each. */
  static final String PRICES =
      """
      date: 2026-11-01
      prices:
        - provider: mine
          model: m
          currency: USD
          per: 1M
          input: 0
          output: 2000
          batch: {input: 0, output: 1000}
      """;

  private static final String PROFILE =
      """
      base-url: https://api.example.com/v1
      key: {env: BENCH_KEY}
      poll-interval: 1m
      """;
  private static final String BATCH = "batch:\n  endpoints: [/v1/x]\n  submission-key: batchdrop\n";
  private static final String PIPELINE =
      """
      provider: mine
      input: {type: csv}
      request:
        url: /v1/x
        body: {model: m}
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  final Home home;
  final Clock clock = new Clock();
  final Map<String, String> environment = new ConcurrentHashMap<>(Map.of("BENCH_KEY", KEY));
  final Settings settings;
  final Journal journal;
  final Accounts accounts;
  final Catalog catalog;
  final Attempts attempts;
  final Superseding superseding;
  final Costs costs;
  final Rates rates;
  final Room room;
  final Parking parking;
  final Adoption adoption;
  final Reconciliation reconciliation;
  final Submission submission;
  final Polling polling;
  final Collection collection;
  final Orders orders;
  final Deadlines deadlines;
  final Asking asking;

  /** A clock that stands still unless it is moved. */
  static final class Clock implements InstantSource {
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void pass(Duration time) {
      now = now.plus(time);
    }
  }

  Bench(Path root) throws IOException {
    home = new Home(root);
    Files.createDirectories(home.orders());
    profile("");
    settings =
        Settings.read("application.properties", "", name -> Optional.empty(), new Problems())
            .orElseThrow();
    journal = Journal.open(home.journal(), clock);
    catalog = new Catalog(home, "sandbox");
    accounts =
        new Accounts(
            catalog,
            new Keyring(root, name -> Optional.ofNullable(environment.get(name))),
            () -> URI.create("http://127.0.0.1:1"),
            settings.timeouts());
    Story story = new Story();
    attempts = new Attempts(settings, journal, clock, story);
    costs = new Costs(home, catalog);
    rates = new Rates(clock);
    room = new Room(settings, journal, new JobPipelines(home), costs, attempts, clock);
    parking = new Parking(settings, journal, accounts, attempts, clock, story);
    superseding = new Superseding(home, journal, clock);
    adoption =
        new Adoption(
            settings,
            journal,
            accounts,
            () -> List.of(PROVIDER),
            parking,
            attempts,
            superseding,
            clock,
            story);
    Admission admission = new Admission(adoption, parking, new Space(home), room, rates, attempts);
    reconciliation =
        new Reconciliation(
            journal,
            accounts,
            attempts,
            superseding,
            clock,
            () -> clock.now.getEpochSecond() * 1_000_000_000,
            story);
    deadlines = new Deadlines(new JobPipelines(home), journal, accounts, clock, story);
    submission =
        new Submission(
            home,
            journal,
            accounts,
            admission,
            deadlines,
            superseding,
            costs,
            attempts,
            clock,
            story);
    polling = new Polling(home, journal, accounts, parking, rates, attempts, clock, story);
    Resubmission resubmission =
        new Resubmission(
            home,
            file -> SqlAnswerStore.open(file, settings.reuseSize(), clock),
            journal,
            accounts,
            adoption,
            costs,
            room,
            deadlines,
            clock,
            story,
            new Stopping());
    collection =
        new Collection(
            home,
            journal,
            accounts,
            attempts,
            admission,
            resubmission,
            parking,
            settings,
            clock,
            story);
    orders = new Orders(home, journal, accounts, reconciliation, settings, clock, story);
    asking =
        new Asking(
            home,
            settings,
            journal,
            accounts,
            admission,
            room,
            attempts,
            clock,
            () -> clock.now.getEpochSecond() * 1_000_000_000,
            story,
            new Stopping());
  }

  /** Writes the profile; {@code more} are lines of {@code batch:} or, unindented, of the root. */
  void profile(String more) {
    StringBuilder batch = new StringBuilder(BATCH);
    StringBuilder rest = new StringBuilder(PROFILE);
    more.lines().forEach(line -> (line.startsWith("  ") ? batch : rest).append(line).append('\n'));
    write("providers/mine.yaml", rest.toString() + batch);
  }

  void write(String path, String text) {
    Path file = home.root().resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Account account() {
    try {
      return accounts.account(PROVIDER);
    } catch (KeyMissing e) {
      throw new AssertionError(e);
    }
  }

  /** A prepared job of parts with three rows each. */
  Job job(int parts) {
    return job(JOB, parts, "");
  }

  /** As {@link #job(int)}, with lines at the end of the job's pipeline. */
  Job job(JobId id, int parts, String pipeline) {
    return job(id, parts, pipeline, Lane.BATCH);
  }

  /** As {@link #job(JobId, int, String)}, with rows that go such a way. */
  Job job(JobId id, int parts, String pipeline, Lane lane) {
    List<Part> built = new ArrayList<>();
    write("work/" + id + "/" + home.job(id).pipeline().getFileName(), PIPELINE + pipeline);
    for (int number = 1; number <= parts; number++) {
      built.add(part(id, number, lane));
    }
    Job job =
        new Job(
            id,
            "tickets",
            "tickets.csv",
            10,
            "",
            new JobState.Received(),
            "",
            Job.Totals.NONE,
            Job.Times.received(clock.instant()),
            Optional.empty(),
            Optional.empty(),
            "",
            Job.Orders.NONE,
            0);
    journal.received(job);
    Job seen = journal.job(id).orElseThrow();
    return journal.change(seen, seen.to(new JobState.Prepared()), built, "").orElseThrow();
  }

  private Part part(JobId job, int number, Lane lane) {
    PartId id = new PartId(job, number, 1);
    long first = 3L * number - 2;
    StringBuilder lines = new StringBuilder();
    for (long row = first; row < first + 3; row++) {
      lines.append(
          "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{\"model\":\"m\"}}\n"
              .formatted(RowId.of(job, row)));
    }
    write(home.root().relativize(home.job(job).requests(id)).toString(), lines.toString());
    write(
        home.root().relativize(home.job(job).rows(id)).toString(),
        first + "-" + (first + 2) + "\n");
    return new Part(
        id,
        new PartState.Built(),
        new Part.Size(3, first, first + 2, lines.length()),
        lane,
        "/v1/x",
        "m",
        PROVIDER,
        "",
        Part.Seen.NOTHING,
        Part.Pause.none(clock.instant()),
        Part.Purchase.FIRST,
        0);
  }

  static PartId id(int number) {
    return new PartId(JOB, number, 1);
  }

  Part part(int number) {
    return part(id(number));
  }

  Part part(PartId id) {
    return journal.part(id).orElseThrow();
  }

  String state(int number) {
    return part(number).state().label();
  }

  /** Puts a part where a test begins. */
  Part put(int number, PartState state) {
    Part seen = part(number);
    Part changed = seen.boughtBy(account().fingerprint()).to(state, clock.instant());
    return journal.change(seen, changed, Optional.empty(), "").orElseThrow();
  }

  void order(boolean approve) {
    Job job = journal.job(JOB).orElseThrow();
    journal.change(job, job.with(new Job.Orders(approve, !approve)), List.of(), "");
  }

  /** The provider's list was walked, and this is what it shows. */
  Listing listing(String... batches) {
    Listing listing = new Listing(account(), Instant.EPOCH, Set.of());
    listing.take(done("{'data':[" + String.join(",", batches) + "],'has_more':false}"));
    return listing;
  }

  Listing failed(Reply failure) {
    Listing listing = new Listing(account(), Instant.EPOCH, Set.of());
    listing.take(failure);
    return listing;
  }

  /** The first look at the account shows nothing. */
  Bench looked() throws KeyMissing {
    adoption.take(PROVIDER, listing());
    return this;
  }

  static Reply done(String json) {
    try {
      return new Reply.Done(JSON.readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Reply.Later later(Reply.Cause cause) {
    return new Reply.Later(cause, "words", Optional.empty());
  }

  static Reply.Never never(int status) {
    return new Reply.Never("code", "words", status);
  }

  @Override
  public void close() {
    journal.close();
  }
}
