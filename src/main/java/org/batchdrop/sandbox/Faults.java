package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The faults of a running provider. Rules are asked in the order in which they were added; of those
 * that decide the reply of a call, the first that hits it counts, and the rest don't see the call.
 *
 * <p>Rules live as long as the process. What a rule has chosen for a batch stays with the batch,
 * also over a restart. Thread-safe.
 */
public final class Faults {
  private static final int MOST_NOTED = 10_000;

  private final InstantSource clock;
  private final List<ActiveRule> rules = new CopyOnWriteArrayList<>();
  private final Deque<Fired> noted = new ArrayDeque<>();
  private final AtomicInteger last = new AtomicInteger();
  private final AtomicInteger late = new AtomicInteger();

  Faults(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Adds rules.
   *
   * @param text one rule or a list of them, in YAML or JSON, as {@code docs/sandbox.md} says
   * @return their ids, in order
   * @throws IllegalArgumentException when a rule is malformed, and none is added; says which and
   *     why
   */
  public List<String> add(String text) {
    List<ActiveRule> added = new ArrayList<>();
    long now = clock.millis();
    for (FaultRule rule : FaultRule.parse(text)) {
      added.add(new ActiveRule("fault-" + last.incrementAndGet(), rule, now));
    }
    rules.addAll(added);
    return added.stream().map(ActiveRule::id).toList();
  }

  /** Removes all rules and what was noted about them; batches keep what was chosen for them. */
  public void clear() {
    rules.clear();
    synchronized (noted) {
      noted.clear();
    }
  }

  /** Returns how many calls a rule has hit; 0 when there is no such rule. */
  public int fired(String id) {
    return rules.stream().filter(rule -> rule.id().equals(id)).mapToInt(ActiveRule::fired).sum();
  }

  /** Returns what was hit, in order; of the oldest, all but the last 10,000 are forgotten. */
  public List<Fired> fired() {
    synchronized (noted) {
      return List.copyOf(noted);
    }
  }

  /** Returns how many requests are still to be carried out after their connection was closed. */
  public int pendingLate() {
    return late.get();
  }

  boolean none() {
    return rules.isEmpty();
  }

  /** Returns the rules for a kind of call that are in their time. */
  List<ActiveRule> active(CallKind kind) {
    long now = clock.millis();
    return rules.stream()
        .filter(rule -> rule.rule().on().contains(kind) && rule.isActive(now))
        .toList();
  }

  void note(ActiveRule rule, CallKind kind, String subject) {
    synchronized (noted) {
      noted.addLast(new Fired(rule.id(), kind, subject, clock.millis()));
      if (noted.size() > MOST_NOTED) {
        noted.removeFirst();
      }
    }
  }

  void lateBegins() {
    late.incrementAndGet();
  }

  void lateEnds() {
    late.decrementAndGet();
  }

  /** Writes every rule with what it has done. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("pending_late", pendingLate());
    json.writeArrayFieldStart("rules");
    for (ActiveRule rule : rules) {
      json.writeStartObject();
      json.writeStringField("id", rule.id());
      json.writeFieldName("rule");
      Json.MAPPER.writeValue(json, rule.rule().source());
      json.writeNumberField("seen", rule.seen());
      json.writeNumberField("fired", rule.fired());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("fired");
    for (Fired fired : fired()) {
      json.writeStartObject();
      json.writeStringField("rule", fired.rule());
      json.writeStringField("on", fired.kind().label());
      json.writeStringField("subject", fired.subject());
      json.writeNumberField("at", fired.atMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * A call that was hit.
   *
   * @param rule id of the rule
   * @param kind what the call was for
   * @param subject id of the file or batch in its path; "" when there is none
   * @param atMillis when, in milliseconds of Unix time
   */
  public record Fired(String rule, CallKind kind, String subject, long atMillis) {}
}
