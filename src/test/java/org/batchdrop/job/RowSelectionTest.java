package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowSelectionTest {

  @ParameterizedTest
  @CsvSource({
    "100-200, 100-200",
    "100-, 100-",
    "-200, 1-200",
    "7, 7",
    "'1-10,50', '1-10,50'",
    "'50, 1 - 10', '1-10,50'",
    "'1-5,6-9,8-12', 1-12",
    "'5-,1-3,9', '1-3,5-'",
    "1-, 1-"
  })
  void rangesAreSortedAndJoined(String text, String shown) {
    assertThat(RowSelection.parse(text)).get().hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "0", "0-5", "9-3", "a", "1-2-3", "1,,2", "1,", "-0", "1 2"})
  void whatIsNoRangeIsRefused(String text) {
    assertThat(RowSelection.parse(text)).isEmpty();
  }

  @Test
  void aRangeThatDescendsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RowSelection.Range(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> new RowSelection(List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "1-, 10, 1-10",
    "100-, 10, 100-109",
    "'1-5,50-', 7, '1-5,50-51'",
    "'1-5,50-60', 5, 1-5",
    "1-5, 9, 1-5",
    "'3,5,7', 2, '3,5'"
  })
  void aLimitKeepsTheFirstRows(String text, long most, String shown) {
    assertThat(RowSelection.parse(text).orElseThrow().limitedTo(most)).hasToString(shown);
  }

  @Test
  void everyRowIsInAll() {
    assertThat(RowSelection.ALL.isAll()).isTrue();
    assertThat(RowSelection.parse("-").isPresent()).isFalse();
    assertThat(RowSelection.parse("1-").orElseThrow().isAll()).isTrue();
    assertThat(RowSelection.parse("2-").orElseThrow().isAll()).isFalse();
    assertThat(RowSelection.ALL.after(41)).isEqualTo(42);
    assertThat(RowSelection.ALL.endOfRange(41)).isEqualTo(Long.MAX_VALUE);
    RowSelection some = RowSelection.parse("1-3,7-9").orElseThrow();
    assertThat(some.endOfRange(8)).isEqualTo(9);
    assertThatIllegalArgumentException().isThrownBy(() -> some.endOfRange(5));
  }

  @Property(tries = 200)
  void agreesWithASetOfNumbers(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 60) Integer> firsts,
      @ForAll @IntRange(max = 8) int length,
      @ForAll @IntRange(min = 1, max = 30) int limit) {
    String text =
        firsts.stream()
            .map(first -> first + "-" + (first + length))
            .collect(Collectors.joining(","));
    TreeSet<Long> expected = new TreeSet<>();
    firsts.forEach(
        first -> LongStream.rangeClosed(first, first + (long) length).forEach(expected::add));
    RowSelection limited = RowSelection.parse(text).orElseThrow().limitedTo(limit);
    while (expected.size() > limit) {
      expected.pollLast();
    }
    for (long row = 0; row <= 80; row++) {
      assertThat(limited.contains(row)).isEqualTo(expected.contains(row));
      Long next = expected.higher(row);
      assertThat(limited.after(row)).isEqualTo(next == null ? Long.MAX_VALUE : next);
      assertThat(limited.endsBefore(row)).isEqualTo(row > expected.last());
    }
  }
}
