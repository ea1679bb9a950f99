package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.sim.SimDisk.Kind;
import org.batchdrop.sim.SimDisk.Operation;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;

class SimDiskTest {

  private final SimClock clock = new SimClock();
  private final SimDisk disk = new SimDisk(clock, Ordering.PREFIX);

  @Test
  void deadProcessCanDoNothingUntilItIsRestarted() throws IOException {
    Path file = Files.writeString(disk.path("/a"), "kept");
    FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE);
    disk.crash();

    assertThatThrownBy(() -> Files.readString(file)).isInstanceOf(SimCrash.class);
    assertThatThrownBy(() -> Files.move(file, disk.path("/b"))).isInstanceOf(SimCrash.class);
    assertThatThrownBy(() -> open.write(ByteBuffer.allocate(1))).isInstanceOf(SimCrash.class);
    disk.restart();

    assertThat(Files.readString(file)).isEqualTo("kept");
    assertThatThrownBy(() -> open.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void observerSeesEachMutatingOperationBeforeItHappensAndMayKillTheProcess() throws IOException {
    List<Operation> seen = new ArrayList<>();
    disk.observe(
        operation -> {
          seen.add(operation);
          if (operation.kind() == Kind.RENAME) {
            throw new SimCrash("before " + operation.kind());
          }
        });
    Path one = Files.writeString(disk.path("/one"), "text");

    assertThatThrownBy(() -> Files.move(one, disk.path("/two"), StandardCopyOption.ATOMIC_MOVE))
        .isInstanceOf(SimCrash.class);
    assertThat(disk.isDead()).isTrue();
    disk.restart();

    assertThat(seen)
        .extracting(Operation::kind)
        .containsExactly(Kind.MAKE_FILE, Kind.WRITE, Kind.RENAME);
    assertThat(seen.get(2).path()).isEqualTo("/two");
    assertThat(Files.exists(one)).isTrue();
    assertThat(Files.exists(disk.path("/two"))).isFalse();
  }

  @Test
  void eachOperationCanBeMadeToFailAlone() throws IOException {
    Files.writeString(disk.path("/a"), "text");
    long first = disk.operations() + 1;
    Files.readString(disk.path("/a"));
    long last = disk.operations();

    assertThat(last).isGreaterThan(first);
    for (long n = first; n <= last; n++) {
      disk.failAt(disk.operations() + n - first + 1, new IOException("fault"));
      assertThatThrownBy(() -> Files.readString(disk.path("/a"))).hasMessage("fault");
    }
    assertThat(Files.readString(disk.path("/a"))).isEqualTo("text");
  }

  @Test
  void fullDiskTakesWhatFitsAndFailsThen() throws IOException {
    disk.capacity(100);
    Path file = disk.path("/a");
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(130);
      assertThat(out.write(bytes)).isEqualTo(100);
      assertThatThrownBy(() -> out.write(bytes))
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
    }
    assertThatThrownBy(() -> Files.createDirectory(disk.path("/d")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("No space left on device");
    assertThat(Files.getFileStore(file).getUsableSpace()).isZero();

    Files.delete(file);
    assertThat(Files.getFileStore(disk.path("/")).getUsableSpace()).isEqualTo(100);
    assertThat(Files.createDirectory(disk.path("/d"))).isEqualTo(disk.path("/d"));
  }

  @Test
  void bytesOfAFileWithTwoNamesCountOnce() throws IOException {
    Path one = Files.writeString(disk.path("/one"), "text");
    Files.createLink(disk.path("/two"), one);
    assertThat(disk.used()).isEqualTo(4);

    Files.delete(one);
    assertThat(disk.used()).isEqualTo(4);
    Files.delete(disk.path("/two"));
    assertThat(disk.used()).isZero();
  }

  @Test
  void readOnlyDiskIsReadAndNotWritten() throws IOException {
    Path file = Files.writeString(disk.path("/a"), "text");
    disk.readOnly(true);

    assertThat(Files.readString(file)).isEqualTo("text");
    assertThatThrownBy(() -> Files.writeString(file, "other")).hasMessageContaining("Read-only");
    assertThatThrownBy(() -> Files.delete(file)).hasMessageContaining("Read-only");
    disk.readOnly(false);
    assertThat(Files.readString(file)).isEqualTo("text");
  }

  @Test
  void vanishedDiskFailsEveryCallAndComesBackWhole() throws IOException {
    Path file = Files.writeString(disk.path("/a"), "text");
    disk.vanished(true);

    assertThatThrownBy(() -> Files.readString(file)).hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> Files.list(disk.path("/"))).isInstanceOf(FileSystemException.class);
    assertThat(Files.exists(file)).isFalse();
    disk.vanished(false);
    assertThat(Files.readString(file)).isEqualTo("text");
  }

  @Test
  void folderIsOpenedToBeForcedAndNotToBeReadOrWritten() throws IOException {
    Path folder = Files.createDirectory(disk.path("/d"));
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).hasMessage("Is a directory");
    }
    assertThatThrownBy(() -> FileChannel.open(folder, StandardOpenOption.WRITE))
        .hasMessageContaining("Is a directory");
  }

  @Test
  void timesAreTheClocksAndIdentitySurvivesARename() throws IOException {
    Path one = Files.writeString(disk.path("/one"), "text");
    Object key = Files.readAttributes(one, "fileKey").get("fileKey");
    clock.advance(Duration.ofSeconds(5));
    Files.writeString(one, "more", StandardOpenOption.APPEND);
    Path two = Files.move(one, disk.path("/two"));

    assertThat(Files.getLastModifiedTime(two).toInstant()).isEqualTo(clock.instant());
    assertThat(Files.readAttributes(two, "fileKey").get("fileKey")).isEqualTo(key);
    assertThat(Files.readString(two)).isEqualTo("textmore");
  }

  @Test
  void lockIsHeldByOneChannelAndEndsWithTheProcess() throws IOException {
    Path file = Files.writeString(disk.path("/lock"), "");
    FileChannel first = FileChannel.open(file, StandardOpenOption.WRITE);
    assertThat(first.tryLock().isValid()).isTrue();
    try (FileChannel second = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThatThrownBy(second::tryLock).isInstanceOf(OverlappingFileLockException.class);
    }
    disk.crash();
    disk.restart();
    try (FileChannel third = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(third.tryLock().isValid()).isTrue();
    }
  }

  @Test
  void streamsAndGlobsAndLinksWork() throws IOException {
    Path folder = Files.createDirectories(disk.path("/x/y"));
    try (OutputStream out = Files.newOutputStream(folder.resolve("a.txt"))) {
      out.write(new byte[] {65, 66});
    }
    Files.createSymbolicLink(disk.path("/short"), folder);
    Files.writeString(disk.path("/short/b.md"), "B");

    assertThat(Files.readAllLines(disk.path("/short/a.txt"))).containsExactly("AB");
    assertThat(disk.path("/short/b.md").toRealPath()).isEqualTo(folder.resolve("b.md"));
    try (var found = Files.newDirectoryStream(folder, "*.txt")) {
      assertThat(found).containsExactly(folder.resolve("a.txt"));
    }
    try (var walk = Files.walk(disk.path("/"))) {
      assertThat(walk.map(Path::toString))
          .containsExactlyInAnyOrder("/", "/x", "/x/y", "/x/y/a.txt", "/x/y/b.md", "/short");
    }
    assertThatThrownBy(() -> Files.newInputStream(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
