package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.batchdrop.config.Home;
import org.batchdrop.journal.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a {@code submit} or {@code retry} that was killed has left. */
class CleaningTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir private Path root;

  private Path write(String path, Duration age) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "12345");
    touch(file, age);
    return file;
  }

  /** The file and the folders it stands in, up to the home. */
  private void touch(Path file, Duration age) throws IOException {
    for (Path at = file; !at.equals(root); at = at.getParent()) {
      Files.setLastModifiedTime(at, FileTime.from(NOW.minus(age)));
    }
  }

  private List<String> cleaned(Duration olderThan) throws IOException {
    Home home = new Home(root);
    Files.createDirectories(home.work());
    try (Journal journal = Journal.open(home.journal(), InstantSource.fixed(NOW))) {
      Cleaning cleaning = new Cleaning(home);
      List<Cleaning.Item> items = cleaning.find(journal, NOW.minus(olderThan), NOW);
      for (Cleaning.Item item : items) {
        assertThat(item.bytes()).isEqualTo(5);
        cleaning.remove(item);
      }
      return items.stream().map(item -> home.show(item.path())).sorted().toList();
    }
  }

  private List<String> left() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(file -> !file.contains("journal.db"))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatAKilledHandOverLeftIsRemovedAndNothingElse() throws IOException {
    Duration old = Duration.ofDays(2);
    write("work/.retry-123/picked", old);
    write("inbox/tickets/.1a2b.submit.tmp", old);
    write("inbox/code/.3c.submit.tmp/src/a.c", old);
    write("inbox/tickets/waits.csv", old);
    write("inbox/tickets/.other.tmp", old);
    write("inbox/tickets/folder/.4d.submit.tmp", old);
    write("outbox/tickets/.5e.submit.tmp", old);

    assertThat(cleaned(Duration.ZERO))
        .containsExactly(
            "inbox/code/.3c.submit.tmp", "inbox/tickets/.1a2b.submit.tmp", "work/.retry-123");
    assertThat(left())
        .containsExactly(
            "inbox/tickets/.other.tmp",
            "inbox/tickets/folder/.4d.submit.tmp",
            "inbox/tickets/waits.csv",
            "outbox/tickets/.5e.submit.tmp");
  }

  @Test
  void aCopyThatMayBeUnderWayStaysWhateverAgeIsAskedFor() throws IOException {
    write("work/.retry-123/picked", Duration.ofHours(20));
    Path slow = write("inbox/code/.3c.submit.tmp/src/b.c", Duration.ofDays(9));
    Files.setLastModifiedTime(slow, FileTime.from(NOW.minusSeconds(1)));

    assertThat(cleaned(Duration.ZERO)).isEmpty();
  }

  @Test
  void anAgeThatIsAskedForIsKept() throws IOException {
    write("work/.retry-123/picked", Duration.ofDays(2));

    assertThat(cleaned(Duration.ofDays(3))).isEmpty();
    assertThat(left()).containsExactly("work/.retry-123/picked");
  }
}
