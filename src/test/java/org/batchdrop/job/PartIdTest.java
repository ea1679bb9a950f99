package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.batchdrop.job.JobOrder.Verb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that leave the house and come back. */
class PartIdTest {

  private static final String NAME = "20261101-120000-tickets-3fa9c1";
  private static final JobId JOB = new JobId(NAME);

  @ParameterizedTest
  @CsvSource({"1, 1", "9999, 1", "10000, 2", "999999999, 999999999"})
  void aSubmissionKeyAndAnUploadNameAreReadBack(int number, int generation) {
    PartId id = new PartId(JOB, number, generation);

    assertThat(PartId.ofSubmissionKey(id.submissionKey())).contains(id);
    assertThat(PartId.ofUploadName(id.uploadName())).contains(id);
    assertThat(PartId.ofSubmissionKey(id.uploadName())).isEmpty();
    assertThat(PartId.ofUploadName(id.submissionKey())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        NAME + "/part-0001",
        NAME + "/part-001/1",
        NAME + "/part-0000/1",
        NAME + "/part-0001/0",
        NAME + "/part-0001/1/",
        NAME + "/part-9999999999/1",
        "no job/part-0001/1",
        " " + NAME + "/part-0001/1"
      })
  void whatIsNoSubmissionKeyNamesNoPart(String text) {
    assertThat(PartId.ofSubmissionKey(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rows.jsonl",
        "batchdrop." + NAME + ".part-0001.g1",
        "batchdrop.other.part-0001.g1.jsonl",
        "batchdrop." + NAME + ".part-0000.g1.jsonl",
        "batchdrop." + NAME + ".part-0001.g0.jsonl",
        "Batchdrop." + NAME + ".part-0001.g1.jsonl"
      })
  void whatIsNoUploadNameNamesNoPart(String text) {
    assertThat(PartId.ofUploadName(text)).isEmpty();
  }

  @Test
  void numbersBeginAtOne() {
    assertThatThrownBy(() -> new PartId(JOB, 0, 1)).hasMessageContaining("expected both from 1");
    assertThatThrownBy(() -> new PartId(JOB, 1, 0)).hasMessageContaining("expected both from 1");
  }

  @Test
  void theyAreOrderedByJobNumberAndGeneration() {
    PartId first = new PartId(JOB, 1, 1);
    PartId again = new PartId(JOB, 1, 2);
    PartId second = new PartId(JOB, 2, 1);
    PartId later = new PartId(new JobId("20261102-120000-tickets-3fa9c1"), 1, 1);

    assertThat(Stream.of(later, second, again, first).sorted())
        .containsExactly(first, again, second, later);
    assertThat(List.of(first.toString(), again.toString()))
        .containsExactly(NAME + "/part-0001", NAME + "/part-0001.g2");
  }

  @ParameterizedTest
  @EnumSource
  void anOrderIsReadBack(Verb verb) {
    JobOrder order = new JobOrder(verb, JOB);

    assertThat(JobOrder.read(order.text())).contains(order);
    assertThat(order.text()).isEqualTo(verb.label() + " " + NAME + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "approve",
        "approve  " + NAME,
        "APPROVE " + NAME,
        "approve " + NAME + " now",
        "drop " + NAME,
        "approve nothing"
      })
  void whatIsNoOrderIsNone(String text) {
    assertThat(JobOrder.read(text)).isEmpty();
  }
}
