package org.batchdrop.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberedIdsTest {

  private static int slot(NumberedIds ids, String content) {
    byte[] bytes = ("\"" + content + "\"").getBytes(UTF_8);
    return ids.slotOf(bytes, 1, bytes.length - 1);
  }

  private static NumberedIds behindPrefix(int rows) {
    return NumberedIds.behindPrefix(OptionalInt.of(1), rows);
  }

  private static NumberedIds matching(String pattern, int rows) {
    return NumberedIds.matching(
        new IdScheme.Matching(Pattern.compile(pattern), OptionalInt.of(1)), rows);
  }

  /** One client escapes a slash or a letter beyond ASCII, and another one does not. */
  @Test
  void anIdIsTheSameHoweverItsJsonIsWritten() throws MergeRefused {
    NumberedIds ids = behindPrefix(9);
    assertThat(slot(ids, "a/é-1")).isZero();
    assertThat(slot(ids, "a\\/é-2")).isEqualTo(1);
    assertThat(slot(ids, "a/\\u00e9-3")).isEqualTo(2);
    assertThat(slot(ids, "\\u0061/é-\\u0034")).isEqualTo(3);
    assertThat(ids.first()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "r-1, 0",
    "r-000000000000000000000009, 8",
    "r-10, -1",
    "r-0, -1",
    "r-4294967297, -1",
    "r-99999999999999999999999999, -1",
    "r-18446744073709551617, -1",
    "r-, -1",
    "s-1, -1",
    "r-1x, -1",
    "'', -1"
  })
  void onlyANumberOfARowBehindThePrefixIsARow(String id, int slot) {
    NumberedIds ids = behindPrefix(9);
    slot(ids, "r-5");
    assertThat(slot(ids, id)).isEqualTo(slot);
  }

  @ParameterizedTest
  @CsvSource({"r2-v1, 1", "r2-vx, -1", "rx-v1, -1", "r12-v1, -1", "r٣-v1, -1", "r-v1, -1"})
  void aPatternsGroupIsANumberOrTheIdIsForeign(String id, int slot) {
    assertThat(slot(matching("r(.*)-v\\d", 9), id)).isEqualTo(slot);
  }

  @Test
  void aGroupThatTookNoPartIsNoNumber() {
    assertThat(slot(matching("r(\\d+)?", 9), "r")).isEqualTo(IdSlots.FOREIGN);
  }

  @Test
  void idsWithoutANumberAreNotOfOneShape() {
    NumberedIds ids = NumberedIds.behindPrefix(OptionalInt.empty(), 2);
    slot(ids, "first");
    assertThatThrownBy(ids::first).hasMessageContaining("'first' does not look like");
  }

  @Test
  void theFirstNumberIsToldByZeroOrByTheLastOne() throws MergeRefused {
    NumberedIds fromZero = NumberedIds.behindPrefix(OptionalInt.empty(), 2);
    slot(fromZero, "r-0");
    slot(fromZero, "r-1");
    assertThat(fromZero.first()).isZero();
    NumberedIds fromOne = NumberedIds.behindPrefix(OptionalInt.empty(), 2);
    slot(fromOne, "r-2");
    assertThat(fromOne.first()).isEqualTo(1);
  }
}
