package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.Settings;
import org.batchdrop.config.Units;

/** Looks whether a daemon could work in a home. Costs nothing; asks no provider. */
public final class HomeCheckup {

  private static final long LITTLE = 1L << 30;
  private static final long TOO_LITTLE = 64L << 20;

  private HomeCheckup() {}

  /**
   * Looks at the configuration and the folders.
   *
   * @param environment looks an environment variable up
   * @throws IOException when a file of the configuration can't be read
   */
  public static List<Check> of(Home home, Function<String, Optional<String>> environment)
      throws IOException {
    List<Check> checks = new ArrayList<>(configuration(home, environment));
    for (Path folder : List.of(home.inbox(), home.outbox(), home.work())) {
      checks.add(folder(home, folder));
    }
    checks.add(fileSystem(home));
    checks.add(space(home));
    boolean isRunning = HomeLock.isHeld(home.lock());
    checks.add(Check.ok("daemon", isRunning ? "runs in this home" : "does not run in this home"));
    return checks;
  }

  private static List<Check> configuration(
      Home home, Function<String, Optional<String>> environment) throws IOException {
    Problems problems = new Problems();
    Path file = home.settings();
    String text = Files.isRegularFile(file) ? Files.readString(file) : "";
    Optional<Settings> settings = Settings.read(home.show(file), text, environment, problems);
    Catalog catalog = new Catalog(home, settings.map(Settings::requestsProvider).orElse("sandbox"));
    List<Pipeline> pipelines = catalog.readAll(problems);
    pipelines.forEach(pipeline -> problems.addAll(Preparing.check(pipeline)));
    if (problems.isEmpty()) {
      int count = pipelines.size();
      return List.of(
          Check.ok(
              "configuration",
              "settings, profiles, prices and "
                  + count
                  + (count == 1 ? " pipeline" : " pipelines")
                  + " are valid"));
    }
    return problems.all().stream()
        .map(Problem::toString)
        .map(found -> Check.wrong("configuration", found, "correct that line"))
        .toList();
  }

  private static Check folder(Home home, Path folder) {
    String subject = home.show(folder) + "/";
    if (!Files.exists(folder)) {
      boolean canBeMade = Files.isWritable(home.root());
      return canBeMade
          ? Check.ok(subject, "is not there yet; 'batchdrop run' makes it")
          : Check.wrong(subject, "is missing and can't be made", "make " + folder);
    }
    try {
      // Rights and mounts lie; only writing tells. The inbox ignores such names.
      Files.delete(Files.createTempFile(folder, ".batchdrop-doctor-", ".tmp"));
      return Check.ok(subject, "can be written");
    } catch (IOException e) {
      return Check.wrong(
          subject,
          "can't be written: " + e.getClass().getSimpleName(),
          "give this user the right to write into " + folder);
    }
  }

  private static Check fileSystem(Home home) throws IOException {
    FileStore work = store(home, home.work());
    for (Path folder : List.of(home.inbox(), home.outbox())) {
      if (!store(home, folder).equals(work)) {
        return Check.wrong(
            "file system",
            home.show(folder) + " and work are on different ones",
            "put both on one, as files move by renaming");
      }
    }
    return Check.ok("file system", "inbox, outbox and work are on one");
  }

  private static FileStore store(Home home, Path folder) throws IOException {
    return Files.getFileStore(Files.exists(folder) ? folder : home.root());
  }

  private static Check space(Home home) throws IOException {
    long free = store(home, home.work()).getUsableSpace();
    String text = Units.showSize(free) + " free";
    if (free < TOO_LITTLE) {
      return Check.wrong("disk", text, "make room: nothing is bought when results may not fit");
    }
    return free < LITTLE
        ? Check.warn("disk", text, "make room: results need twice the size of their requests")
        : Check.ok("disk", text);
  }
}
