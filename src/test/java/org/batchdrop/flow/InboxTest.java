package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.journal.JournalException;
import org.batchdrop.sim.MemoryJournal;
import org.batchdrop.sim.SimClock;
import org.batchdrop.sim.SimDisk;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class InboxTest {

  private final SimClock clock = new SimClock();
  private final SimDisk disk = new SimDisk(clock, Ordering.PREFIX);
  private final Home home = new Home(disk.path("/home"));
  private final MemoryJournal journal = new MemoryJournal(clock);
  private final Inbox inbox =
      new Inbox(
          home,
          new Catalog(home, "sandbox"),
          journal,
          new QuietPeriod(Duration.ZERO, clock::nanoTime),
          clock,
          new Story(NOPLogger.NOP_LOGGER),
          name -> JobId.of(clock.instant(), ZoneOffset.UTC, name, 1));

  @Test
  void claimThatTheJournalCouldNotTakeIsRecordedWithoutARestart() throws IOException {
    Files.createDirectories(home.work());
    inbox.open();
    Files.writeString(home.inbox("requests").resolve("rows.jsonl"), "{}\n");
    journal.health(MemoryJournal.Health.NOT_WRITABLE);
    assertThatThrownBy(() -> inbox.claim("requests/rows.jsonl"))
        .isInstanceOf(JournalException.class);
    assertThatThrownBy(inbox::recordClaims).isInstanceOf(JournalException.class);
    journal.health(MemoryJournal.Health.GOOD);

    inbox.recordClaims();
    inbox.recordClaims();

    assertThat(journal.jobsIn(new JobState.Received(), 10))
        .extracting(Job::inputName)
        .containsExactly("rows.jsonl");
  }
}
