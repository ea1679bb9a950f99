package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The crash points are found, not listed. */
class CrashPointsIT {

  @TempDir Path temp;

  @Test
  void eachStepEachCommitEachFileEffectAndEachCallIsAPoint() throws Exception {
    RouteBeans beans =
        RouteBeans.read(
            Path.of("routes"), new DaemonCommand(temp.resolve("none")), temp.resolve("home"));
    List<CrashPoint> points = CrashPoints.find(beans);
    points.forEach(System.out::println);
    assertThat(beans.types().keySet()).containsAll(beans.methods().keySet());
    assertThat(points.stream().map(CrashPoint::name))
        .contains(
            "step flow.Submission.endCreate",
            "step flow.Asking.take",
            "step flow.Inbox.accept",
            "commit journal.SqlJournal.received(Job) after",
            "file result.Outbox.publish:move before",
            "file provider.Download.store:force after",
            "commit journal.SqlAnswerStore.close() before",
            "file result.AnswerLog.force:force before",
            "step flow.Deadlines.cancelled",
            "wire REQUEST replied",
            "wire BATCH leaves",
            "wire BATCH replied");
  }
}
