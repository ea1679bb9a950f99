package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table in a folder that whoever dropped it may still be changing. */
class DroppedTableTest {

  private static final InputFormat CSV =
      new InputFormat.Csv(Optional.empty(), Optional.of("utf-8"));
  private static final String TABLE = "id,text\n1,a\n";

  @TempDir private Path root;
  private JobFolder job;
  private Path dropped;
  private Path table;
  private Path secret;

  @BeforeEach
  void drop() throws IOException {
    job = new JobFolder(Files.createDirectory(root.resolve("job")));
    dropped = job.input().resolve("cards");
    table = dropped.resolve("deep/cards.csv");
    Files.createDirectories(dropped.resolve("deep"));
    Files.writeString(table, TABLE);
    secret = Files.createDirectory(root.resolve("secret"));
    Files.writeString(secret.resolve("cards.csv"), "id,text\n1,secret\n");
  }

  private DroppedTable found() throws IOException, InputRejected {
    return DroppedTable.of(job, dropped, CSV, StopCheck.NEVER);
  }

  private void assertRefused(DroppedTable found) {
    assertThatThrownBy(() -> found.utf8(job, CSV, StopCheck.NEVER))
        .isInstanceOfSatisfying(
            InputRejected.class,
            refused -> {
              assertThat(refused.problems().get(0).code()).isEqualTo("not_a_file");
              assertThat(refused.problems().get(0).message()).contains("'cards.csv'");
            });
    assertThat(job.transcodedInput()).doesNotExist();
  }

  @Test
  void aTableThatBecameALinkIsNotFollowed() throws Exception {
    DroppedTable found = found();
    Files.delete(table);
    Files.createSymbolicLink(table, secret.resolve("cards.csv"));

    assertRefused(found);
  }

  @Test
  void aFolderOnTheWayThatBecameALinkIsNotFollowed() throws Exception {
    DroppedTable found = found();
    Files.move(dropped.resolve("deep"), root.resolve("away"));
    Files.createSymbolicLink(dropped.resolve("deep"), secret);

    assertRefused(found);
  }

  @Test
  void whatIsSwappedAfterItWasReadChangesNothing() throws Exception {
    Path text = found().utf8(job, CSV, StopCheck.NEVER);
    Files.delete(table);
    Files.createSymbolicLink(table, secret.resolve("cards.csv"));

    assertThat(text).hasContent(TABLE);
    assertThat(DroppedTable.prepared(job, dropped, CSV, StopCheck.NEVER))
        .isEqualTo(text)
        .hasContent(TABLE);
  }

  @Test
  void aTableInAnotherCharsetIsReadTheSameWay() throws Exception {
    Charset gb = Charset.forName("gb18030");
    Files.write(table, "id,text\n1,\u4f60\u597d\n".getBytes(gb));
    InputFormat declared = new InputFormat.Csv(Optional.empty(), Optional.of("gb18030"));

    Path text = found().utf8(job, declared, StopCheck.NEVER);

    assertThat(Files.readString(text, StandardCharsets.UTF_8))
        .isEqualTo("id,text\n1,\u4f60\u597d\n");
    assertThat(job.root()).isDirectoryNotContaining("glob:**.dropped");
  }

  @Test
  void aCopyThatIsGoneIsMadeAgain() throws Exception {
    Path text = found().utf8(job, CSV, StopCheck.NEVER);
    Files.delete(text);

    assertThat(DroppedTable.prepared(job, dropped, CSV, StopCheck.NEVER)).hasContent(TABLE);
  }
}
