package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "batch_expired, 0, 1, true",
    "batch_expired, 0, 2, true",
    "batch_expired, 0, 3, false",
    "missing_answer, 0, 1, true",
    "missing_answer, 0, 2, false",
    "malformed_line, 0, 1, true",
    "malformed_line, 0, 2, false",
    "whatever, 429, 1, true",
    "whatever, 500, 1, true",
    "whatever, 599, 1, true",
    "whatever, 400, 1, false",
    "whatever, 0, 1, false",
    "whatever, -1, 1, false",
    "content_policy_violation, 200, 1, false",
    "lost_paid, 0, 1, false",
  })
  void theUsualPolicyTriesAgainWhatPasses(String code, int status, int tries, boolean allowed) {
    assertThat(RetryPolicy.DEFAULT.allows(code, status, tries)).isEqualTo(allowed);
  }

  @Test
  void whatMayHaveBeenPaidIsTriedOnceMoreHoweverOftenTheRestIs() {
    RetryPolicy often = new RetryPolicy(10, RetryPolicy.TRANSIENT);

    assertThat(often.allows("missing_answer", 0, 2)).isFalse();
    assertThat(often.allows("batch_expired", 0, 9)).isTrue();
    assertThat(new RetryPolicy(1, RetryPolicy.TRANSIENT).allows("missing_answer", 0, 1)).isFalse();
  }

  @Test
  void onlyTheNamedCodesAreTriedAgain() {
    RetryPolicy own = new RetryPolicy(3, List.of("418", "own_code"));

    assertThat(own.allows("x", 418, 1)).isTrue();
    assertThat(own.allows("own_code", 0, 1)).isTrue();
    assertThat(own.allows("batch_expired", 500, 1)).isFalse();
    assertThat(own.allows("418", 0, 1)).as("a code that looks like a status").isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 11})
  void attemptsAreBounded(int attempts) {
    assertThatThrownBy(() -> new RetryPolicy(attempts, List.of()))
        .hasMessage("retry.attempts " + attempts + ": expected 1 to 10");
  }

  @ParameterizedTest
  @CsvSource({
    "429, true",
    "5xx, true",
    "1xx, true",
    "600, false",
    "99, false",
    "5x, false",
    "xx, false"
  })
  void aStatusIsANumberOrAClass(String word, boolean isStatus) {
    assertThat(RetryPolicy.isStatus(word)).isEqualTo(isStatus);
  }
}
