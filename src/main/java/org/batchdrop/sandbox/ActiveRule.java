package org.batchdrop.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/** A rule at work: since when, and what it has done. Thread-safe. */
final class ActiveRule {
  private final String id;
  private final FaultRule rule;
  private final long addedAt;
  private final Deque<Long> passed = new ArrayDeque<>();
  private int seen;
  private int fired;

  ActiveRule(String id, FaultRule rule, long addedAt) {
    this.id = id;
    this.rule = rule;
    this.addedAt = addedAt;
  }

  String id() {
    return id;
  }

  FaultRule rule() {
    return rule;
  }

  FaultAction action() {
    return rule.action();
  }

  /** Returns how many calls matched while it was active. */
  synchronized int seen() {
    return seen;
  }

  /** Returns how many calls were hit. */
  synchronized int fired() {
    return fired;
  }

  /** Tells whether the rule is in its time. */
  boolean isActive(long now) {
    long since = now - addedAt - rule.afterMillis();
    Long lasting = rule.forMillis();
    return since >= 0 && (lasting == null || since < lasting);
  }

  /** Counts a matching call, and tells whether it is to be hit. */
  synchronized boolean take() {
    seen++;
    if (seen <= rule.skip() || (rule.times() > 0 && fired >= rule.times())) {
      return false;
    }
    fired++;
    return true;
  }

  /** Lets a call pass, or returns after how many milliseconds the next one may. */
  synchronized long waitFor(FaultAction.RateLimit limit, long now) {
    while (!passed.isEmpty() && passed.peekFirst() + limit.millis() <= now) {
      passed.removeFirst();
    }
    if (passed.size() < limit.calls()) {
      passed.addLast(now);
      return 0;
    }
    Long oldest = passed.peekFirst();
    return oldest == null ? limit.millis() : oldest + limit.millis() - now;
  }
}
