package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.RowOrder;
import org.batchdrop.job.RowSelection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking an entry out of the inbox while somebody still writes it, and after a crash. */
class ClaimTest {

  @TempDir Path home;
  private Path entry;
  private JobFolder folder;

  private static final Instant TAKEN = Instant.parse("2026-03-01T00:00:00.123Z");

  @BeforeEach
  void drop() throws IOException {
    entry = Files.createDirectories(home.resolve("inbox/tickets")).resolve("a.csv");
    Files.writeString(entry, "id,text\n1,a\n");
    folder = new JobFolder(Files.createDirectories(home.resolve("work")).resolve("job"));
  }

  private QuietPeriod.Look settled() {
    return new QuietPeriod(Duration.ZERO, System::nanoTime).settled(entry).orElseThrow();
  }

  @Test
  void takesWhatHasSettled() throws IOException {
    assertThat(Claim.take("tickets", entry, settled(), folder, "text", RowOrder.NONE, TAKEN))
        .isPresent();
    assertThat(entry).doesNotExist();
    assertThat(folder.input().resolve("a.csv")).hasContent("id,text\n1,a\n");
  }

  @Test
  void putsBackWhatGrewSinceItHadSettled() throws IOException {
    QuietPeriod.Look look = settled();
    for (int i = 2; i <= 50; i++) {
      Files.writeString(entry, i + ",b\n", StandardOpenOption.APPEND);
      byte[] now = Files.readAllBytes(entry);

      assertThat(Claim.take("tickets", entry, look, folder, "text", RowOrder.NONE, TAKEN))
          .isEmpty();
      assertThat(entry).hasBinaryContent(now);
      assertThat(folder.root()).doesNotExist();
    }
  }

  @Test
  void whatWasSaidAboutTheRowsOfAnotherFileKeepsAnEntryFromBeingTaken() throws IOException {
    Path other = Claim.rowOrder(entry, "another file");
    Files.writeString(other, new RowOrder(RowSelection.parse("1"), Optional.empty()).toText());
    Files.createFile(QuietPeriod.readyMarker(entry));

    assertThatThrownBy(() -> Claim.rowOrder(entry))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was said of another file of the name 'a.csv'");
    Claim.forgetRowOrders(entry);
    assertThat(Claim.rowOrder(entry)).isEqualTo(RowOrder.NONE);
  }

  @Test
  void readsBackAClaimThatNobodyRecorded() throws IOException {
    Claim taken =
        Claim.take("tickets", entry, settled(), folder, "text", RowOrder.NONE, TAKEN).orElseThrow();
    Path inbox = home.resolve("inbox");
    Path marker = Files.createFile(QuietPeriod.readyMarker(entry));

    assertThat(Claim.recover(folder, inbox)).contains(taken);
    assertThat(marker).as("a promise about the entry that was taken").doesNotExist();
  }

  @Test
  void aNoteThatDoesNotSayWhenIsAsOldAsItsFile() throws IOException {
    assertThat(Claim.take("tickets", entry, settled(), folder, "text", RowOrder.NONE, TAKEN))
        .isPresent();
    String note = Files.readString(folder.claim());
    Files.writeString(folder.claim(), note.replace(",\"taken\":" + TAKEN.toEpochMilli(), ""));
    Instant old = Instant.parse("2026-02-01T00:00:00Z");
    Files.setLastModifiedTime(folder.claim(), FileTime.from(old));

    assertThat(Claim.recover(folder, home.resolve("inbox")).orElseThrow().taken()).isEqualTo(old);
  }

  @Test
  void whatAPowerLossLeftInBothPlacesIsTakenOnce() throws IOException {
    Claim taken =
        Claim.take("tickets", entry, settled(), folder, "text", RowOrder.NONE, TAKEN).orElseThrow();
    Path inbox = Files.createDirectories(entry.resolveSibling("inbox"));
    Path left = Files.createDirectory(inbox.resolve("tickets")).resolve("a.csv");
    Files.createLink(left, folder.input().resolve("a.csv"));

    assertThat(Claim.recover(folder, inbox)).contains(taken);
    assertThat(left).doesNotExist();
    Files.writeString(left, "another file of that name");
    assertThat(Claim.recover(folder, inbox)).contains(taken);
    assertThat(left).exists();
  }

  @Test
  void forgetsAClaimThatTookNothing() throws IOException {
    assertThat(Claim.take("tickets", entry, settled(), folder, "text", RowOrder.NONE, TAKEN))
        .isPresent();
    Files.move(folder.input().resolve("a.csv"), entry);

    assertThat(Claim.recover(folder, entry.getParent())).isEmpty();
    assertThat(folder.root()).doesNotExist();
    assertThat(entry).exists();
  }

  @Test
  void whatWasSaidAboutRowsGoesWithThatVeryFile() throws IOException {
    RowOrder rows = new RowOrder(RowSelection.parse("5-9"), Optional.of(2L));
    Path note = Claim.rowOrder(entry, Claim.key(entry));
    Files.writeString(note, rows.toText());

    assertThat(Claim.rowOrder(entry)).isEqualTo(rows);
    Files.writeString(entry.resolveSibling("b.csv"), "another");
    assertThat(Claim.rowOrder(entry.resolveSibling("b.csv"))).isEqualTo(RowOrder.NONE);
    assertThat(Claim.take("tickets", entry, settled(), folder, "text", rows, TAKEN)).isPresent();
    assertThat(folder.rowOrder()).hasContent(rows.toText());
    assertThat(note).doesNotExist();
  }

  @Test
  void aRecoveredClaimLeavesNothingSaidForALaterFile() throws IOException {
    RowOrder rows = new RowOrder(RowSelection.parse("5-9"), Optional.empty());
    Path note = Claim.rowOrder(entry, Claim.key(entry));
    assertThat(Claim.take("tickets", entry, settled(), folder, "text", rows, TAKEN)).isPresent();
    Files.writeString(note, rows.toText());

    assertThat(Claim.recover(folder, home.resolve("inbox"))).isPresent();
    assertThat(note).doesNotExist();
    assertThat(folder.rowOrder()).hasContent(rows.toText());
  }

  @Test
  void aFileWhoseRowsAreUnclearIsNotTaken() throws IOException {
    Files.writeString(Claim.rowOrder(entry, Claim.key(entry)), "rows=5-");

    assertThatThrownBy(() -> Claim.rowOrder(entry)).hasMessageContaining("says nothing of rows");
  }
}
