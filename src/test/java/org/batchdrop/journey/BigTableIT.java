package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.batchdrop.job.Job;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large table through a provider limited to 50,000 requests a batch, in a heap of 128 MB. */
class BigTableIT {

  private static final int ROWS = 120_000;

  @TempDir Path temp;

  @Test
  void everyAnswerStandsOnItsOwnRowAndEveryOriginalByteIsKept() throws Exception {
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home = Homes.quick(temp.resolve("home"), provider.baseUrl(), "");
      Homes.table(home, "big", "the text");
      Path table = temp.resolve("big.csv");
      GeneratedTable.write(table, ROWS, 1);
      Path results;
      try (DaemonProcess daemon = DaemonProcess.start(home, "128m", Map.of())) {
        DaemonProcess.Finished submitted =
            DaemonProcess.run(home, "submit", table.toString(), "--pipeline", "big");
        assertThat(submitted.exitCode()).as(submitted.output()).isZero();
        Job job = daemon.awaitJobs(1, Duration.ofMinutes(4)).get(0);
        assertThat(job.totals()).isEqualTo(new Job.Totals(ROWS, 0, ROWS, 0, 3));
        results = DaemonProcess.results(home, job);
      }
      assertThat(provider.ledger().createRequests()).isEqualTo(3);
      assertThat(provider.ledger().totalExecutions()).isEqualTo(ROWS);
      assertRowsJoined(table, results.resolve("results.csv"));
      assertOriginalBytesKept(table, results.resolve("results.csv"));
      assertThat(Files.mismatch(table, results.resolve("input/big.csv"))).isEqualTo(-1);
      assertThat(Files.size(results.resolve("errors.jsonl"))).isZero();
    }
  }

  private static void assertRowsJoined(Path table, Path results) throws Exception {
    try (CsvReader<CsvRecord> in = CsvReader.builder().ofCsvRecord(table);
        CsvReader<CsvRecord> out = CsvReader.builder().ofCsvRecord(results)) {
      Iterator<CsvRecord> rows = in.iterator();
      Iterator<CsvRecord> answers = out.iterator();
      rows.next();
      assertThat(answers.next().getFields())
          .isEqualTo(
              List.of("id", "the text", "备注", "price $", "answer", "tokens", "batchdrop_error"));
      int count = 0;
      while (rows.hasNext()) {
        CsvRecord row = rows.next();
        CsvRecord answer = answers.next();
        if (!answer.getFields().subList(0, 4).equals(row.getFields())
            || !answer.getField(4).contains("big " + row.getField(1))
            || !answer.getField(6).isEmpty()) {
          assertThat(answer.getFields()).as("row " + row.getFields()).isEmpty();
        }
        count++;
      }
      assertThat(count).isEqualTo(ROWS);
      assertThat(answers.hasNext()).isFalse();
    }
  }

  /** Each record of the results begins with the bytes of the original record. */
  private static void assertOriginalBytesKept(Path table, Path results) throws Exception {
    byte[] original = Files.readAllBytes(table);
    byte[] result = Files.readAllBytes(results);
    int at = 0;
    int begin = 0;
    boolean quoted = false;
    boolean resultQuoted = false;
    for (int i = 0; i < original.length; i++) {
      quoted ^= original[i] == '"';
      if (original[i] != '\r' || original[i + 1] != '\n' || quoted) {
        continue;
      }
      int length = i - begin;
      assertThat(
              java.util.Arrays.equals(original, begin, i, result, at, at + length)
                  && result[at + length] == ',')
          .as("record at byte " + begin)
          .isTrue();
      at += length;
      while (resultQuoted || result[at] != '\r') {
        resultQuoted ^= result[at] == '"';
        at++;
      }
      at += 2;
      begin = i + 2;
    }
    assertThat(at).isEqualTo(result.length);
  }
}
