package org.batchdrop.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads fault rules from YAML, of which JSON is a part. */
final class FaultScript {
  private static final int MAX_CHARACTERS = 1024 * 1024;

  private FaultScript() {}

  static List<FaultRule> parse(String text) {
    Object document;
    try {
      LoadSettings settings =
          LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).setLabel("faults").build();
      document = new Load(settings).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("faults: not valid YAML or JSON: " + e.getMessage(), e);
    }
    List<?> items = document instanceof List<?> list ? list : List.of(document);
    List<FaultRule> rules = new ArrayList<>();
    for (Object item : items) {
      rules.add(rule(new FaultKeys("fault rule " + (rules.size() + 1), item)));
    }
    return rules;
  }

  private static FaultRule rule(FaultKeys keys) {
    String word = keys.text("do", "");
    FaultAction action = FaultActions.read(word, keys);
    if (action == null) {
      throw keys.problem("do", "one of " + FaultActions.WORDS);
    }
    Set<CallKind> possible = FaultActions.possible(action);
    Set<CallKind> on = kinds(keys, possible);
    FaultRule rule =
        new FaultRule(
            on,
            keys.number("skip", 0, Integer.MAX_VALUE, 0),
            keys.number("times", 0, Integer.MAX_VALUE, FaultActions.lasts(action) ? 0 : 1),
            keys.text("match", ""),
            keys.has("after") ? keys.requiredMillis("after") : 0,
            keys.millis("for"),
            action,
            keys.all());
    keys.done();
    boolean nameless = on.stream().allMatch(FaultScript::isListing);
    if (nameless && !rule.match().isEmpty() && !(action instanceof FaultAction.Hide)) {
      throw keys.problem("match", "nothing: a list has no name, only 'hide' looks at its items");
    }
    return rule;
  }

  private static Set<CallKind> kinds(FaultKeys keys, Set<CallKind> possible) {
    List<String> words = keys.texts("on");
    if (words.isEmpty() && possible.size() == 1) {
      return possible;
    }
    Set<CallKind> kinds = EnumSet.noneOf(CallKind.class);
    for (String word : words) {
      if (word.equals("any")) {
        kinds.addAll(EnumSet.allOf(CallKind.class));
      } else {
        Arrays.stream(CallKind.values())
            .filter(kind -> kind.label().equals(word))
            .findFirst()
            .ifPresentOrElse(
                kinds::add,
                () -> {
                  throw keys.problem("on", "any, or some of " + labels(Set.of(CallKind.values())));
                });
      }
    }
    if (kinds.isEmpty() || !possible.containsAll(kinds)) {
      throw keys.problem("on", "some of " + labels(possible) + " for this 'do'");
    }
    return kinds;
  }

  private static boolean isListing(CallKind kind) {
    return kind == CallKind.LIST || kind == CallKind.FILE_LIST;
  }

  private static List<String> labels(Set<CallKind> kinds) {
    return kinds.stream().sorted().map(CallKind::label).toList();
  }
}
