package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token_limit_exceeded | Enqueued token limit reached for gpt-4.1 in organization o. Limit:"
            + " 900,000 enqueued tokens. | NO_ROOM",
        "TOKEN_LIMIT_EXCEEDED | words | NO_ROOM",
        "enqueued_token_limit_exceeded | words | NO_ROOM",
        "'' | The number of enqueued tokens has surpassed the configured limit of 30K for the"
            + " deployment 'd'. | NO_ROOM",
        "insufficient_quota | You exceeded your current quota | QUOTA_EXHAUSTED",
        "429 | You exceeded your current quota, please check your plan | QUOTA_EXHAUSTED",
        "credit_balance_exhausted | words | QUOTA_EXHAUSTED",
        "billing_hard_limit_reached | words | QUOTA_EXHAUSTED",
        "billing_not_active | words | QUOTA_EXHAUSTED",
        "Arrearage | Access denied, please make sure your account is in good standing |"
            + " QUOTA_EXHAUSTED",
        "'' | Insufficient Balance | QUOTA_EXHAUSTED",
        "'' | <400> see the page on overdue-payment | QUOTA_EXHAUSTED",
      })
  void namesRoomOrMoney(String code, String message, Cause cause) {
    assertThat(Refusal.cause(code, message)).contains(cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate_limit | Rate limit reached",
        "slow_down | words",
        "server_is_overloaded | words",
        "model_not_found | The provided model 'x' is not supported by the Batch API.",
        "invalid_json_line | This line is not parseable as valid JSON.",
        "too_many_tasks | words",
        "'' | ''",
      })
  void namesNeitherInOtherRefusals(String code, String message) {
    assertThat(Refusal.cause(code, message)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Limit: 900,000 enqueued tokens. Please try again | 900000",
        "has surpassed the configured limit of 30K for the deployment 'd' | 30000",
        "limit of 2.5M tokens | 2500000",
        "limit 1B | 1000000000",
        "limit: 1_000 | 1000",
        "limit: 7 tokens | 7",
        "Enqueued token limit reached for gpt-4.1 in organization o. Limit: 90,000 enqueued | 90000",
      })
  void readsTheLimitInEverySpelling(String message, long tokens) {
    assertThat(Refusal.limit(message)).contains(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no number", "limit: 0", "limit: 9999999999999999999 tokens"})
  void aTextWithoutASoundLimitNamesNone(String message) {
    assertThat(Refusal.limit(message)).isEqualTo(Optional.empty());
  }

  @Test
  void roomComesBeforeMoney() {
    assertThat(Refusal.cause("token_limit_exceeded", "You exceeded your current quota"))
        .contains(Cause.NO_ROOM);
  }
}
