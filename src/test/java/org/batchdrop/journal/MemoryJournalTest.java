package org.batchdrop.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.job.PartState;
import org.batchdrop.sim.MemoryJournal;
import org.batchdrop.sim.SimCrash;
import org.junit.jupiter.api.Test;

/** The journal of simulations means what the one in a database means. */
class MemoryJournalTest extends JournalContract {

  private final MemoryJournal memory = new MemoryJournal(InstantSource.fixed(NOW));

  @Override
  Journal open() {
    return memory;
  }

  @Test
  void canBeReadAndNotWrittenWhenItIsSick() {
    prepared(1);
    memory.health(MemoryJournal.Health.NOT_WRITABLE);
    assertThat(first().state()).isEqualTo(new PartState.Built());
    assertThatThrownBy(() -> changed(first(), first().later(NOW, "busy")))
        .isInstanceOf(JournalException.class);

    memory.health(MemoryJournal.Health.GONE);
    assertThatThrownBy(this::first).isInstanceOf(JournalException.class);
    memory.health(MemoryJournal.Health.GOOD);
    assertThat(first().pause().tries()).isZero();
  }

  @Test
  void processMayDieBeforeACommitOrWithoutLearningOfIt() {
    prepared(1);
    memory.observe(new DyingObserver(true));
    assertThatThrownBy(() -> changed(first(), first().to(new PartState.Uploading(), NOW)))
        .isInstanceOf(SimCrash.class);
    assertThat(first().state()).isEqualTo(new PartState.Built());

    memory.observe(new DyingObserver(false));
    assertThatThrownBy(() -> changed(first(), first().to(new PartState.Uploading(), NOW)))
        .isInstanceOf(SimCrash.class);
    assertThat(first().state()).isEqualTo(new PartState.Uploading());
  }

  private record DyingObserver(boolean early) implements MemoryJournal.Observer {
    @Override
    public void before(MemoryJournal.Write write) {
      if (early) {
        throw new SimCrash("before " + write);
      }
    }

    @Override
    public void after(MemoryJournal.Write write) {
      throw new SimCrash("after " + write);
    }
  }

  @Test
  void backupBringsBackWhatWas() {
    prepared(1);
    Object backup = memory.backup();
    journal.change(first(), first().to(new PartState.Uploading(), NOW), Optional.empty(), "");

    memory.restore(backup);

    assertThat(first().state()).isEqualTo(new PartState.Built());
    assertThat(journal.events(JOB)).hasSize(3);
  }
}
