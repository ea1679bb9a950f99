package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.batchdrop.result.AnswerIndex.Effect;
import org.batchdrop.result.AnswerIndex.State;
import org.junit.jupiter.api.Test;

class AnswerIndexTest {

  private final AnswerIndex index = new AnswerIndex(2);

  @Test
  void keepsLargePlaces() {
    long offset = (1L << 44) - 1;

    index.offer(1, AnswerIndex.MOST_FILES - 1, offset, Integer.MAX_VALUE, State.ANSWERED);

    assertThat(index.state(0)).isEqualTo(State.MISSING);
    assertThat(index.state(1)).isEqualTo(State.ANSWERED);
    assertThat(index.file(1)).isEqualTo(AnswerIndex.MOST_FILES - 1);
    assertThat(index.offset(1)).isEqualTo(offset);
    assertThat(index.length(1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void prefersAnswersToFailuresAndFailuresToMalformedLines() {
    assertThat(index.offer(0, 0, 1, 1, State.MALFORMED)).isEqualTo(Effect.TAKEN);
    assertThat(index.offer(0, 0, 2, 1, State.FAILED)).isEqualTo(Effect.TAKEN);
    assertThat(index.offer(0, 1, 3, 1, State.MALFORMED)).isEqualTo(Effect.IGNORED);
    assertThat(index.offer(0, 1, 4, 1, State.FAILED)).isEqualTo(Effect.REPEATED);
    assertThat(index.offset(0)).isEqualTo(2);
    assertThat(index.offer(0, 1, 5, 1, State.ANSWERED)).isEqualTo(Effect.REPEATED);
    assertThat(index.offset(0)).isEqualTo(5);
    assertThat(index.offer(0, 1, 6, 1, State.ANSWERED)).isEqualTo(Effect.REPEATED);
    assertThat(index.offset(0)).isEqualTo(5);
  }

  @Test
  void replacesFailuresByThoseOfLaterGenerations() {
    index.offer(0, 1, 1, 1, State.FAILED);

    assertThat(index.offer(0, 3, 2, 1, State.FAILED)).isEqualTo(Effect.TAKEN);
    assertThat(index.offset(0)).isEqualTo(2);
    assertThat(index.offer(0, 6, 3, 1, State.ANSWERED)).isEqualTo(Effect.TAKEN);
    assertThat(index.offer(0, 9, 4, 1, State.ANSWERED)).isEqualTo(Effect.REPEATED);
    assertThat(index.offset(0)).isEqualTo(3);
  }
}
