package org.batchdrop.sim;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Call.Purpose;
import org.batchdrop.provider.Download;
import org.batchdrop.provider.Replies;
import org.batchdrop.provider.Reply;
import org.batchdrop.sim.SimReplies.Wired;

/**
 * An OpenAI-compatible Files and Batches API in memory, with the wire before it. What it does to a
 * call is drawn from the seed; the same seed and the same calls give the same bytes. It lives in
 * the true time of its clock, so that jumps of the wall clock are the client's alone. Not
 * thread-safe.
 */
public final class SimProvider {

  private final SimClock clock;
  private Weather weather;
  private final Random random;
  private final Map<Fault, Integer> met = new EnumMap<>(Fault.class);
  private final SimLedger ledger = new SimLedger();
  private final SimReplies replies;
  private final SimStore store;
  private Consumer<SimLedger.Create> gate = create -> {};
  private final IdentityHashMap<Call, SimLedger.Ask> asked = new IdentityHashMap<>();
  private long calls;

  /**
   * Makes a provider without files or batches.
   *
   * @param clock is moved on by the latency of calls
   * @param seed of all that is drawn
   */
  public SimProvider(SimClock clock, Weather weather, long seed) {
    this.clock = clock;
    this.weather = weather;
    this.random = new Random(seed);
    this.replies = new SimReplies(random);
    this.store = new SimStore(weather, random, ledger, this::rolls, this::note);
  }

  /** The content of the answer to a request: its body, as compact JSON text. */
  public static String echo(String body) {
    return body;
  }

  /**
   * Makes a call, as the wire does it: one exchange, read into a reply.
   *
   * @param target where a download is stored; needed for that purpose only
   * @throws SimCrash when the disk says that the process dies while a file is read or stored
   */
  public Reply perform(Call call, Optional<Path> target) {
    return perform(call, target, "");
  }

  /**
   * The same.
   *
   * @param owner the job for which a row is asked for alone; no name at the provider carries it
   */
  public Reply perform(Call call, Optional<Path> target, String owner) {
    calls++;
    pass(weather.times().latency());
    try {
      return exchange(call, target, owner);
    } catch (IOException e) {
      return Replies.failed(call, e);
    }
  }

  private Reply exchange(Call call, Optional<Path> target, String owner) throws IOException {
    double factor = call.purpose() == Purpose.BATCH ? weather.createFactor() : 1;
    if (rolls(Fault.NOT_CONNECTED, factor)) {
      throw random.nextBoolean()
          ? new ConnectException("Connection refused")
          : new UnknownHostException("host");
    }
    byte[] file =
        call.body() instanceof Call.Body.Upload upload
            ? Files.readAllBytes(upload.file())
            : new byte[0];
    if (call.purpose() == Purpose.BATCH) {
      SimLedger.Create create = store.create(call, clock.trueTime());
      gate.accept(create);
      ledger.arrives(create);
    }
    if (call.purpose() == Purpose.REQUEST) {
      return answer(call, owner);
    }
    Optional<Wired> refusal = refusal(call, factor);
    if (refusal.isPresent()) {
      return read(call, refusal.get());
    }
    if (call.purpose() == Purpose.BATCH_RESULTS) {
      return download(call, target.orElseThrow());
    }
    Wired done = store.perform(call, file, clock.trueTime());
    if (rolls(Fault.REPLY_LOST, factor)) {
      lose(call);
    }
    if (rolls(Fault.ERROR_AFTER, factor)) {
      done = replies.serverError();
    } else if (done.isSuccess() && rolls(Fault.GARBLED, factor)) {
      done = replies.garbled(done);
    }
    return read(call, done);
  }

  /**
   * A row is asked for alone; what the client gets to know of it may be less than what was done.
   */
  private Reply answer(Call call, String owner) throws IOException {
    String id = call.headers().getOrDefault("X-Client-Request-Id", "");
    SimLedger.Ask row = ledger.ask(owner, id, clock.trueTime());
    asked.put(call, row);
    Optional<Wired> refusal = refusal(call, 1);
    if (refusal.isPresent()) {
      return read(call, refusal.get());
    }
    Wired done = store.ask(call, row, clock.trueTime());
    row.answers(done.isSuccess());
    if (rolls(Fault.REPLY_LOST)) {
      lose(call);
    }
    if (rolls(Fault.ERROR_AFTER)) {
      done = replies.serverError();
    } else if (done.isSuccess() && rolls(Fault.GARBLED)) {
      done = replies.garbledAnswer(done);
    }
    return read(call, done);
  }

  /** The client has a reply to its call for a row, or none. */
  void replied(Call call, Reply reply) {
    SimLedger.Ask row = asked.get(call);
    if (row != null) {
      row.replied(reply);
    }
  }

  /** The client has kept what it was told of a row. */
  void kept(Call call) {
    Optional.ofNullable(asked.remove(call)).ifPresent(SimLedger.Ask::keep);
  }

  /** The client's disk did not take what it was told of a row. */
  void forgotten(Call call) {
    Optional.ofNullable(asked.remove(call)).ifPresent(SimLedger.Ask::forget);
  }

  /** The client died. */
  void died() {
    asked.clear();
    ledger.died();
  }

  private Reply read(Call call, Wired wired) {
    return Replies.of(call, wired.status(), wired.headers(), wired.text(), clock.instant());
  }

  /** What keeps a call from being done now. */
  private Optional<Wired> refusal(Call call, double factor) throws IOException {
    if (rolls(Fault.REQUEST_LOST, factor)) {
      lose(call);
    }
    if (call.purpose() == Purpose.BATCH && rolls(Fault.CREATE_LATE)) {
      store.later(call, clock.trueTime().plus(store.draw(weather.times().late())));
      if (random.nextInt(3) == 0) {
        return Optional.of(Wired.of(504, "<html>504 Gateway Time-out</html>"));
      }
      lose(call);
    }
    if (rolls(Fault.THROTTLED, factor)) {
      return Optional.of(replies.throttled(clock.trueTime()));
    }
    if (rolls(Fault.KEY_REFUSED, factor)) {
      return Optional.of(SimReplies.keyRefused());
    }
    if (rolls(Fault.QUOTA, factor)) {
      return Optional.of(SimReplies.quota());
    }
    return rolls(Fault.ERROR_BEFORE, factor)
        ? Optional.of(replies.serverError())
        : Optional.empty();
  }

  /** No reply comes; a timeout takes as long as the call may. */
  private void lose(Call call) throws IOException {
    if (random.nextBoolean()) {
      throw new SocketException("Connection reset");
    }
    clock.advance(call.deadline());
    throw new SocketTimeoutException("Read timed out");
  }

  private Reply download(Call call, Path target) throws IOException {
    Optional<byte[]> content = store.content(call, clock.trueTime());
    if (content.isEmpty()) {
      return read(call, SimReplies.error(404, "", "No such File object."));
    }
    if (rolls(Fault.REPLY_LOST)) {
      lose(call);
    }
    byte[] bytes = content.get();
    int sent = rolls(Fault.DOWNLOAD_CUT) ? random.nextInt(bytes.length + 1) : bytes.length;
    boolean breaks = sent < bytes.length && random.nextBoolean();
    SimStream in = new SimStream(bytes, sent, breaks);
    boolean stored = false;
    try {
      Download.store(in, target, bytes.length, call.secret());
      stored = true;
    } finally {
      // What fails after the last byte, or dies there, may have left the whole file behind.
      if (!stored && sent == bytes.length && in.isDrained()) {
        store.delivered(call);
      }
    }
    store.delivered(call);
    return new Reply.Done(MissingNode.getInstance());
  }

  /** Lets everything happen at the provider that is due by now. */
  public void catchUp() {
    store.catchUp(clock.trueTime());
  }

  /**
   * The rules of money that were broken so far, in words that name batch, row and time; empty: none
   * was.
   */
  public List<String> judge() {
    catchUp();
    return ledger.violations();
  }

  /**
   * Rows that were bought again although a file of an earlier ended batch that executed them was
   * never delivered whole; a client can't have known their outcome.
   */
  public List<String> boughtUnread() {
    catchUp();
    return store.boughtUnread();
  }

  /** What was really bought. */
  public SimLedger ledger() {
    catchUp();
    return ledger;
  }

  /** Sets who sees each create that reaches the wire, before anything else is done with it. */
  public void beforeCreate(Consumer<SimLedger.Create> next) {
    gate = next;
  }

  /** How often a fault has happened. */
  public int count(Fault fault) {
    return met.getOrDefault(fault, 0);
  }

  /** Calls so far, those without a connection included. */
  public long calls() {
    return calls;
  }

  /** Late creates that have not acted yet. */
  public int pendingCreates() {
    return store.pendingCreates();
  }

  /** From now on the weather is another one. */
  public void weather(Weather next) {
    weather = next;
    store.weather(next);
  }

  /** Somebody else cancels all batches that have not ended. */
  public void cancelAll() {
    catchUp();
    store.cancelAll(clock.trueTime());
  }

  private void pass(Duration longest) {
    if (!longest.isZero()) {
      clock.advance(store.draw(longest));
    }
    Instant now = clock.trueTime();
    store.catchUp(now);
  }

  private boolean rolls(Fault fault) {
    return rolls(fault, 1);
  }

  private boolean rolls(Fault fault, double factor) {
    double chance = weather.chance(fault) * factor;
    if (chance <= 0 || random.nextDouble() >= chance) {
      return false;
    }
    note(fault);
    return true;
  }

  private void note(Fault fault) {
    met.merge(fault, 1, Integer::sum);
  }
}
