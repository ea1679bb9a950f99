package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowOrderTest {

  private static final RowSelection OF_PIPELINE = RowSelection.parse("100-200").orElseThrow();

  @ParameterizedTest
  @CsvSource({"'', '', 100-200", "'', 10, 100-109", "5-, '', 5-", "'5-6,9-', 3, '5-6,9'"})
  void rowsReplaceThePipelinesAndALimitTakesTheFirst(String rows, String limit, String expected) {
    RowOrder order =
        new RowOrder(
            RowSelection.parse(rows),
            limit.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(limit)));

    assertThat(order.applyTo(OF_PIPELINE)).hasToString(expected);
    assertThat(RowOrder.read(order.toText())).contains(order);
  }

  @Test
  void nothingSaidLeavesThePipelinesRows() {
    assertThat(RowOrder.NONE.applyTo(OF_PIPELINE)).isEqualTo(OF_PIPELINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "rows=1-10", "rows=1-10\nlimit=", "rows=x\nlimit=\n", "rows=\nlimit=0\n"})
  void whatWasCutShortSaysNothing(String text) {
    assertThat(RowOrder.read(text)).isEmpty();
  }
}
