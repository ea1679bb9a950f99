package org.batchdrop.input;

import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.batchdrop.fuzz.Regressions;

/** Readers of dropped files survive any bytes. */
class InputFuzzTest {

  private static final JsonFuzz JSON = new JsonFuzz();
  private static final LinesFuzz LINES = new LinesFuzz();
  private static final ArchiveFuzz ARCHIVE = new ArchiveFuzz();

  @Property(tries = 16000, shrinking = ShrinkingMode.OFF)
  void takesExactlyTheJsonItSaysItTakes(@ForAll("jsonInputs") byte[] input) {
    JSON.check(input);
  }

  @Provide
  Arbitrary<byte[]> jsonInputs() {
    return Arbitraries.randomValue(JSON::generate);
  }

  @Example
  void jsonStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(JSON);
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void readsEachLineAsARow(@ForAll("linesInputs") byte[] input) throws IOException {
    LINES.check(input);
  }

  @Provide
  Arbitrary<byte[]> linesInputs() {
    return Arbitraries.randomValue(LINES::generate);
  }

  @Example
  void linesStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(LINES);
  }

  @Property(tries = 2500, shrinking = ShrinkingMode.OFF)
  void unpacksInsideItsBoundsOrRejects(@ForAll("archiveInputs") byte[] input) throws IOException {
    ARCHIVE.check(input);
  }

  @Provide
  Arbitrary<byte[]> archiveInputs() {
    return Arbitraries.randomValue(ARCHIVE::generate);
  }

  @Example
  void archiveStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(ARCHIVE);
  }
}
