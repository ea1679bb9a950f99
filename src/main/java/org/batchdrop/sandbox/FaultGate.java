package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a call of the API asks for its faults. Thread-safe. */
final class FaultGate {
  private static final Logger log = LoggerFactory.getLogger(FaultGate.class);

  private final Faults faults;
  private final FaultSubject.Stores stores;
  private final InstantSource clock;
  private final Path scratch;
  private final CountDownLatch closed;
  private final ScheduledExecutorService timer;

  /**
   * Makes a gate.
   *
   * @param scratch folder for requests and replies that wait
   * @param closed is counted down when the provider stops
   */
  FaultGate(
      Faults faults,
      FaultSubject.Stores stores,
      InstantSource clock,
      Path scratch,
      CountDownLatch closed) {
    this.faults = faults;
    this.stores = stores;
    this.clock = clock;
    this.scratch = scratch;
    this.closed = closed;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "sandbox-late");
              thread.setDaemon(true);
              return thread;
            });
  }

  Faults faults() {
    return faults;
  }

  /**
   * Carries out a call, or does to it what the rules say.
   *
   * @param id the file or batch in its path; "" when there is none
   * @param operation reads the call's body, acts, and replies
   */
  void perform(Call call, CallKind kind, String id, Operation operation) throws IOException {
    stores.ledger().received(kind);
    if (faults.none()) {
      operation.perform();
      return;
    }
    FaultSubject subject = new FaultSubject(call, kind, id, stores);
    List<ActiveRule> rules = faults.active(kind);
    FaultAction.OfReply reply = reply(rules, subject);
    boolean unchecked = reply instanceof FaultAction.Late late && late.unchecked();
    call.disturb(new RuleDisturbance(rules, stores, faults, clock.millis(), unchecked));
    if (reply instanceof FaultAction.Instead instead) {
      call.drain();
      instead.answer().send(call, call::start);
    } else if (reply instanceof FaultAction.Drop drop && !drop.acts()) {
      call.drop();
    } else if (reply instanceof FaultAction.Late late) {
      actLater(call, subject, late, operation);
    } else {
      disguise(call, subject, rules, reply);
      operation.perform();
    }
  }

  /** Finds the first rule that decides the reply; returns null when none does. */
  private FaultAction.@Nullable OfReply reply(List<ActiveRule> rules, FaultSubject subject)
      throws IOException {
    for (ActiveRule rule : rules) {
      if (rule.action() instanceof FaultAction.OfReply action
          && subject.matches(rule.rule().match())) {
        Optional<FaultAction.OfReply> due = due(rule, action, subject);
        if (due.isPresent() && rule.take()) {
          faults.note(rule, subject.kind(), subject.id());
          return due.get();
        }
      }
    }
    return null;
  }

  /** Turns an action that depends on the moment into what it means now, if it means anything. */
  private Optional<FaultAction.OfReply> due(
      ActiveRule rule, FaultAction.OfReply action, FaultSubject subject) throws IOException {
    long now = clock.millis();
    if (action instanceof FaultAction.NotYet notYet) {
      boolean young = subject.createdAt().filter(at -> now < at + notYet.millis()).isPresent();
      return young ? Optional.of(new FaultAction.Instead(notYet.answer())) : Optional.empty();
    }
    if (action instanceof FaultAction.FileQuota quota) {
      boolean full = stores.files().all().size() >= quota.most();
      return full ? Optional.of(new FaultAction.Instead(quota.answer())) : Optional.empty();
    }
    if (action instanceof FaultAction.RateLimit limit) {
      long wait = rule.waitFor(limit, now);
      String seconds = Long.toString((wait + 999) / 1000);
      return wait == 0
          ? Optional.empty()
          : Optional.of(new FaultAction.Instead(limit.answer().with("Retry-After", seconds)));
    }
    if (action instanceof FaultAction.PretendDelete) {
      return Optional.of(new FaultAction.Instead(FilesApi.deleted(subject.id())));
    }
    return Optional.of(action);
  }

  /** Puts what changes the reply between the API and the client. */
  private void disguise(
      Call call, FaultSubject subject, List<ActiveRule> rules, FaultAction.@Nullable OfReply reply)
      throws IOException {
    ReplyPath path = call.replyPath();
    if (reply instanceof FaultAction.Drop) {
      path = ReplyPaths.nowhere();
    } else if (reply instanceof FaultAction.Afterwards other) {
      path = ReplyPaths.instead(call, path, other.answer());
    } else if (reply instanceof FaultAction.Delay delay) {
      path = ReplyPaths.delayed(path, closed, delay.millis());
    } else if (reply instanceof FaultAction.Truncate truncate) {
      path = ReplyPaths.truncated(call, path, truncate.keep());
    }
    List<FaultAction> shapes = new ArrayList<>();
    for (ActiveRule rule : rules) {
      if (changesReply(rule.action(), subject.kind())
          && subject.matches(rule.rule().match())
          && rule.take()) {
        faults.note(rule, subject.kind(), subject.id());
        shapes.add(rule.action());
      }
    }
    for (FaultAction shape : shapes) {
      if (shape instanceof FaultAction.PageSize size) {
        call.capQuery("limit", size.most());
      } else if (shape instanceof FaultAction.Lines lines) {
        path = ReplyPaths.damaged(path, scratch, lines.damage());
      } else {
        path = ReplyPaths.shaped(path, shape);
      }
    }
    call.through(path);
  }

  private static boolean changesReply(FaultAction action, CallKind kind) {
    return action instanceof FaultAction.PageSize
        || action instanceof FaultAction.BareArray
        || action instanceof FaultAction.Strip
        || (action instanceof FaultAction.Lines && kind == CallKind.CONTENT);
  }

  private void actLater(Call call, FaultSubject subject, FaultAction.Late late, Operation operation)
      throws IOException {
    if (late.unchecked()) {
      stores.files().keep(subject.inputFileId());
    }
    Path request = Files.createTempFile(scratch, "late", StateFile.TEMPORARY);
    try (InputStream body = call.body()) {
      Files.copy(body, request, StandardCopyOption.REPLACE_EXISTING);
    }
    call.drop();
    call.through(ReplyPaths.nowhere());
    faults.lateBegins();
    try {
      ScheduledFuture<?> unused =
          timer.schedule(
              () -> actNow(call, subject, request, operation),
              late.millis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      faults.lateEnds(); // The provider is being closed: the request is lost on its way.
    }
  }

  private void actNow(Call call, FaultSubject subject, Path request, Operation operation) {
    try (InputStream body = Files.newInputStream(request, StandardOpenOption.DELETE_ON_CLOSE)) {
      call.body(body);
      operation.perform();
      log.info("a late request was carried out: on={}", subject.kind().label());
    } catch (ApiException e) {
      log.info("a late request was refused: on={} why={}", subject.kind().label(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      log.error("a late request failed: on={}", subject.kind().label(), e);
    } finally {
      faults.lateEnds();
    }
  }

  /** Forgets the requests that were still to be carried out. */
  void close() {
    timer.shutdownNow();
  }

  /** What a call asks for. */
  @FunctionalInterface
  interface Operation {
    void perform() throws IOException;
  }
}
