package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchdrop.job.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WantedTest {

  @TempDir private Path folder;
  private Bench bench;
  private Wanted wanted;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(folder);
    bench.job(2);
    wanted = new Wanted(bench.home, bench.journal);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aJobIsBoughtUntilItsResultsArePublished() throws IOException {
    assertThat(wanted.is(Bench.JOB)).isTrue();
    Files.createDirectories(bench.home.outbox().resolve("tickets").resolve(Bench.JOB.value()));
    assertThat(wanted.is(Bench.JOB)).isFalse();
  }

  @Test
  void aCancelledJobIsNotBought() throws IOException {
    Job job = bench.journal.job(Bench.JOB).orElseThrow();
    bench.journal.change(job, job.with(new Job.Orders(false, true)), List.of(), "");

    assertThat(wanted.is(Bench.JOB)).isFalse();
  }
}
