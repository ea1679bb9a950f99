package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.DroppedTable;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.JobFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that can't say whether a file is there is an error, never a file that is not there. */
class UnsureDiskTest {

  @TempDir private Path root;
  private Bench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void anOrderIsNotForgotten() throws IOException {
    Files.delete(bench.home.orders());
    Files.writeString(bench.home.orders(), "no folder");

    assertThatThrownBy(() -> bench.orders.carryOut("order"))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void pricesAreNotUnknown() throws IOException {
    Files.createSymbolicLink(bench.home.prices(), bench.home.prices());

    assertThatThrownBy(bench.costs::prices).isInstanceOf(FileSystemException.class);
  }

  @Test
  void anInputThatWasTranscodedIsNotReadAsItCame() throws IOException {
    Path file = Files.writeString(root.resolve("no-folder"), "");

    assertThatThrownBy(
            () ->
                DroppedTable.prepared(
                    new JobFolder(file), file, new InputFormat.JsonLines(), StopCheck.NEVER))
        .isInstanceOf(FileSystemException.class);
  }
}
