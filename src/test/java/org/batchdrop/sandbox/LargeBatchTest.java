package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider takes large files without holding them in memory, and fast enough to test with. */
class LargeBatchTest {
  @TempDir Path directory;

  @Test
  void answersFiftyThousandRowsInSeconds() throws IOException {
    try (SandboxServer server = start()) {
      Wire wire = new Wire(server);
      String file = wire.upload(Wire.lines(50_000));

      long start = System.nanoTime();
      JsonNode batch = wire.awaitEnd(wire.create(file));
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(50_000);
      assertThat(took).isLessThan(Duration.ofSeconds(15));
      assertThat(server.ledger().totalExecutions()).isEqualTo(50_000);
      Set<String> customIds = new HashSet<>();
      for (JsonNode line : wire.lines(batch, "output_file_id")) {
        customIds.add(line.get("custom_id").asText());
      }
      assertThat(customIds).hasSize(50_000);
    }
  }

  @Test
  void streamsLargeUploadToDisk() throws IOException {
    long length = 50L * 1024 * 1024;
    try (SandboxServer server = start()) {
      JsonNode file =
          Wire.ok(new Wire(server).upload("batch", "big.jsonl", () -> new Repeated(length)));

      assertThat(file.get("bytes").asLong()).isEqualTo(length);
      assertThat(server.ledger().uploads())
          .extracting(Ledger.Upload::bytes)
          .isEqualTo(List.of(length));
    }
  }

  @Test
  void refusesFileOverLimit() throws IOException {
    SandboxSettings settings =
        SandboxSettings.builder().directory(directory).maxFileBytes(1_000_000).build();
    try (SandboxServer server = SandboxServer.start(settings)) {
      var response = new Wire(server).upload("batch", "big.jsonl", () -> new Repeated(1_500_000));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("File is too large.");
      assertThat(server.ledger().uploads()).isEmpty();
      assertThat(directory.resolve("files")).isEmptyDirectory();
    }
  }

  private SandboxServer start() throws IOException {
    return SandboxServer.start(
        SandboxSettings.builder().directory(directory).validation(Duration.ZERO).build());
  }

  /** A stream of one byte, as long as wanted, that does not exist as a whole anywhere. */
  private static final class Repeated extends InputStream {
    private long left;

    Repeated(long length) {
      this.left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      Arrays.fill(target, from, from + count, (byte) 'x');
      left -= count;
      return count;
    }
  }
}
