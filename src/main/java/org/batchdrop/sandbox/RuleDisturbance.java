package org.batchdrop.sandbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the rules for one call change inside the API. For one thread at a time. */
final class RuleDisturbance implements Disturbance {
  private final List<ActiveRule> rules;
  private final FaultSubject.Stores stores;
  private final Faults faults;
  private final long now;
  private final boolean unchecked;

  RuleDisturbance(
      List<ActiveRule> rules,
      FaultSubject.Stores stores,
      Faults faults,
      long now,
      boolean unchecked) {
    this.rules = rules;
    this.stores = stores;
    this.faults = faults;
    this.now = now;
    this.unchecked = unchecked;
  }

  @Override
  public List<Batch> batches(List<Batch> all) {
    return listed(all, CallKind.LIST, Batch::createdAt, Batch::id, stores::names);
  }

  @Override
  public List<StoredFile> files(List<StoredFile> all) {
    return listed(
        all,
        CallKind.FILE_LIST,
        StoredFile::createdAt,
        StoredFile::id,
        file -> stores.namesOfFile(file.id()));
  }

  private <T> List<T> listed(
      List<T> all,
      CallKind kind,
      ToLongFunction<T> createdAt,
      Function<T, String> id,
      Function<T, List<String>> names) {
    List<T> shown = new ArrayList<>(all);
    for (ActiveRule rule : rules) {
      if (rule.action() instanceof FaultAction.Hide hide && taken(rule, kind)) {
        String match = rule.rule().match();
        shown.removeIf(
            item ->
                now < createdAt.applyAsLong(item) + hide.millis()
                    && (match.isEmpty()
                        || names.apply(item).stream().anyMatch(name -> name.contains(match))));
      } else if (rule.action() instanceof FaultAction.Shuffle shuffle && taken(rule, kind)) {
        shown.sort(Comparator.comparingLong(i -> Fingerprint.of(id.apply(i), shuffle.seed())));
      }
    }
    return shown;
  }

  private boolean taken(ActiveRule rule, CallKind kind) {
    boolean hit = rule.take();
    if (hit) {
      faults.note(rule, kind, "");
    }
    return hit;
  }

  @Override
  public @Nullable BatchScript script(StoredFile input, @Nullable Map<String, String> metadata) {
    List<String> names = new ArrayList<>();
    names.add(input.filename());
    if (metadata != null) {
      names.addAll(metadata.values());
    }
    BatchScript script = null;
    for (ActiveRule rule : rules) {
      BatchScript chosen = chosen(rule.action());
      String match = rule.rule().match();
      boolean matches = match.isEmpty() || names.stream().anyMatch(name -> name.contains(match));
      if (chosen != null && matches && taken(rule, CallKind.CREATE)) {
        script = script == null ? chosen : script.and(chosen);
      }
    }
    return script;
  }

  private static @Nullable BatchScript chosen(FaultAction action) {
    if (action instanceof FaultAction.Behave behave) {
      return behave.script();
    }
    return action instanceof FaultAction.Lines lines ? BatchScript.of(lines.damage()) : null;
  }

  @Override
  public boolean takesDeletedInput() {
    return unchecked;
  }
}
