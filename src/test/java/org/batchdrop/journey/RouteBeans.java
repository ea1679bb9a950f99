package org.batchdrop.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The steps that the route files name, and the classes of the beans that the daemon binds. Both are
 * read from the truth: the files, and a daemon that is watched while it binds.
 *
 * @param methods by bean name; {@link #BY_CAMEL} stands for those of an interface of Camel
 * @param types the class of each bean, by name
 */
record RouteBeans(Map<String, TreeSet<String>> methods, Map<String, String> types) {

  /** A bean that is referred to as {@code #name} is called through an interface of Camel. */
  static final String BY_CAMEL = "*";

  private static final CrashPoint BIND =
      new CrashPoint(
          "bind",
          "org.apache.camel.main.Main",
          new CrashPoint.Spot.Entry("bind", ""),
          Optional.empty());

  /** Reads the route files, and starts a daemon once to see what it binds. */
  static RouteBeans read(Path routes, DaemonCommand command, Path home)
      throws IOException, InterruptedException {
    Map<String, TreeSet<String>> methods = new TreeMap<>();
    try (Stream<Path> files = Files.list(routes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".camel.yaml")).toList()) {
        Object tree =
            new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        collect(tree, methods);
      }
    }
    return new RouteBeans(methods, bound(command, home));
  }

  private static void collect(Object node, Map<String, TreeSet<String>> methods) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("ref") instanceof String ref && map.get("method") instanceof String method) {
        methods.computeIfAbsent(ref, name -> new TreeSet<>()).add(method);
      }
      map.values().forEach(value -> collect(value, methods));
    } else if (node instanceof Collection<?> list) {
      list.forEach(value -> collect(value, methods));
    } else if (node instanceof String text && text.startsWith("#")) {
      methods.computeIfAbsent(text.substring(1), name -> new TreeSet<>()).add(BY_CAMEL);
    }
  }

  private static Map<String, String> bound(DaemonCommand command, Path home)
      throws IOException, InterruptedException {
    Map<String, String> types = new TreeMap<>();
    try (DebuggedProcess daemon =
        DebuggedProcess.start(option -> command.run(home, List.of(option)), List.of(BIND))) {
      Duration patience = Duration.ofSeconds(30);
      for (Optional<DebuggedProcess.Hit> hit = daemon.next(patience);
          hit.isPresent();
          hit = daemon.next(patience)) {
        patience = Duration.ofSeconds(1);
        types.put(hit.get().arguments().get(0), hit.get().arguments().get(1));
      }
    }
    return types;
  }
}
