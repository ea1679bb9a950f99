package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is durable survives; what is not can be lost, so that a missing force is found out. */
class PowerLossTest {

  private static final int SEEDS = 1000;
  private static final String OLD = "the old text";
  private static final String NEW = "the new text, which is longer than the old one";

  /** How a file is replaced. */
  private enum Protocol {
    WHOLE(true, true),
    FILE_NOT_FORCED(false, true),
    FOLDER_NOT_FORCED(true, false);

    private final boolean file;
    private final boolean folder;

    Protocol(boolean file, boolean folder) {
      this.file = file;
      this.folder = folder;
    }

    void replace(Path target, String text) throws IOException {
      Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
      Files.deleteIfExists(temporary);
      write(temporary, text, file);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (folder) {
        force(target.getParent());
      }
    }
  }

  private static void write(Path file, String text, boolean force) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      if (force) {
        out.force(true);
      }
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      channel.force(true);
    }
  }

  private static SimDisk disk(Ordering ordering) throws IOException {
    SimDisk disk = new SimDisk(new SimClock(), ordering);
    Files.createDirectory(disk.path("/in"));
    Files.createDirectory(disk.path("/out"));
    Files.writeString(disk.path("/in/file"), OLD);
    disk.sync();
    return disk;
  }

  /** What the file is after the protocol ended and the power failed, over many seeds. */
  private static Set<String> afterwards(Protocol protocol, Ordering ordering) throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimDisk disk = disk(ordering);
      protocol.replace(disk.path("/in/file"), NEW);
      disk.powerLoss(new Random(seed));
      disk.restart();
      seen.add(read(disk.path("/in/file")));
    }
    return seen;
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "(none)";
  }

  @ParameterizedTest
  @EnumSource
  void replacedFileSurvivesWhenFileAndFolderAreForced(Ordering ordering) throws IOException {
    assertThat(afterwards(Protocol.WHOLE, ordering)).containsExactly(NEW);
  }

  @ParameterizedTest
  @EnumSource
  void fileThatIsNotForcedIsFoundSpoilt(Ordering ordering) throws IOException {
    Set<String> seen = afterwards(Protocol.FILE_NOT_FORCED, ordering);

    assertThat(seen).contains(NEW, "").doesNotContain(OLD);
    assertThat(seen).anyMatch(text -> text.length() < NEW.length() && NEW.startsWith(text));
    assertThat(seen).anyMatch(text -> text.length() == NEW.length() && text.endsWith("\0"));
  }

  @ParameterizedTest
  @EnumSource
  void renameThatIsNotForcedIsFoundUndone(Ordering ordering) throws IOException {
    assertThat(afterwards(Protocol.FOLDER_NOT_FORCED, ordering))
        .containsExactlyInAnyOrder(NEW, OLD);
  }

  @ParameterizedTest
  @EnumSource
  void atEachPointOfTheProtocolTheFileIsOldOrNew(Ordering ordering) throws IOException {
    for (int point = 1; point <= 6; point++) {
      Set<String> seen = new TreeSet<>();
      for (int seed = 0; seed < SEEDS / 2; seed++) {
        SimDisk disk = disk(ordering);
        Path file = disk.path("/in/file");
        disk.failAt(disk.operations() + point, new SimCrash("point " + point));
        crashing(() -> Protocol.WHOLE.replace(file, NEW));
        disk.powerLoss(new Random(seed));
        disk.restart();
        seen.add(read(file));
      }
      assertThat(seen).as("point %d", point).isSubsetOf(OLD, NEW);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void crashing(Step step) throws IOException {
    try {
      step.run();
    } catch (SimCrash crash) {
      // The process is dead; the disk stays as it is.
    }
  }

  @ParameterizedTest
  @EnumSource
  void fileThatMovesToAnotherFolderIsNeverInNeither(Ordering ordering) throws IOException {
    for (int forced = 0; forced < 4; forced++) {
      Set<String> seen = new TreeSet<>();
      for (int seed = 0; seed < SEEDS; seed++) {
        SimDisk disk = disk(ordering);
        Files.move(disk.path("/in/file"), disk.path("/out/file"), StandardCopyOption.ATOMIC_MOVE);
        if ((forced & 1) != 0) {
          force(disk.path("/in"));
        }
        if ((forced & 2) != 0) {
          force(disk.path("/out"));
        }
        disk.powerLoss(new Random(seed));
        disk.restart();
        seen.add(places(disk));
      }
      assertThat(seen).as("forced %d", forced).isEqualTo(expected(ordering, forced));
    }
  }

  private static String places(SimDisk disk) {
    return (Files.exists(disk.path("/in/file")) ? "in " : "")
        + (Files.exists(disk.path("/out/file")) ? "out" : "");
  }

  private static Set<String> expected(Ordering ordering, int forced) {
    if (ordering == Ordering.JOURNAL) {
      return forced == 0 ? Set.of("in ", "out") : Set.of("out");
    }
    return switch (forced) {
      case 0 -> Set.of("in ", "out", "in out");
      case 2 -> Set.of("out", "in out");
      default -> Set.of("out");
    };
  }

  @ParameterizedTest
  @EnumSource
  void folderThatMovesIsInExactlyOnePlace(Ordering ordering) throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimDisk disk = disk(ordering);
      Files.createDirectory(disk.path("/in/folder"));
      write(disk.path("/in/folder/x"), NEW, true);
      force(disk.path("/in/folder"));
      force(disk.path("/in"));
      Files.move(disk.path("/in/folder"), disk.path("/out/file"), StandardCopyOption.ATOMIC_MOVE);
      disk.powerLoss(new Random(seed));
      disk.restart();
      seen.add(read(disk.path("/in/folder/x")) + "|" + read(disk.path("/out/file/x")));
    }
    assertThat(seen).containsExactlyInAnyOrder(NEW + "|(none)", "(none)|" + NEW);
  }

  @Test
  void newFolderWhoseParentIsNotForcedIsLostWithAllThatIsInIt() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimDisk disk = disk(Ordering.PREFIX);
      Files.createDirectory(disk.path("/in/folder"));
      write(disk.path("/in/folder/x"), NEW, true);
      force(disk.path("/in/folder"));
      disk.powerLoss(new Random(seed));
      disk.restart();
      seen.add(read(disk.path("/in/folder/x")));
    }
    assertThat(seen).containsExactlyInAnyOrder(NEW, "(none)");
  }

  @Test
  void orderingsLoseWhatTheySay() throws IOException {
    assertThat(made(Ordering.JOURNAL))
        .containsExactlyInAnyOrder("", "in/1 ", "in/1 out/1 ", "in/1 out/1 in/2 ");
    assertThat(made(Ordering.PREFIX))
        .containsExactlyInAnyOrder(
            "", "in/1 ", "out/1 ", "in/1 out/1 ", "in/1 in/2 ", "in/1 out/1 in/2 ");
    assertThat(made(Ordering.SUBSET)).hasSize(8).contains("in/2 ");
  }

  /** Which of three new files are there after a loss, over many seeds. */
  private static Set<String> made(Ordering ordering) throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimDisk disk = disk(ordering);
      StringBuilder found = new StringBuilder();
      String[] names = {"in/1", "out/1", "in/2"};
      for (String name : names) {
        Files.createFile(disk.path("/" + name));
      }
      disk.powerLoss(new Random(seed));
      disk.restart();
      for (String name : names) {
        found.append(Files.exists(disk.path("/" + name)) ? name + " " : "");
      }
      seen.add(found.toString());
    }
    return seen;
  }

  @Test
  void overwrittenBytesKeepWhatWasNotTouched() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimDisk disk = disk(Ordering.PREFIX);
      Path file = disk.path("/in/file");
      Files.writeString(file, " and more", StandardOpenOption.APPEND);
      disk.powerLoss(new Random(seed));
      disk.restart();

      assertThat(Files.readString(file)).startsWith(OLD);
    }
  }

  @Test
  void sameSeedLosesTheSame() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(mess(seed)).isEqualTo(mess(seed));
    }
  }

  private static String mess(int seed) throws IOException {
    SimDisk disk = disk(Ordering.SUBSET);
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      Path file = disk.path("/in/" + random.nextInt(9));
      write(file, "text " + i, random.nextInt(3) == 0);
      if (random.nextInt(3) == 0) {
        Files.move(file, disk.path("/out/" + i));
      }
    }
    disk.powerLoss(random);
    disk.restart();
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(disk.path("/"))) {
      for (Path path : files.toList()) {
        all.append(path).append(Files.isDirectory(path) ? "" : read(path)).append('\n');
      }
    }
    return all.toString();
  }
}
