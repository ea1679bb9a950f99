package org.batchdrop.result;

import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.batchdrop.fuzz.Regressions;

/** Providers' files survive any bytes. */
class ResultFuzzTest {

  private static final ResultLineFuzz LINE = new ResultLineFuzz();
  private static final HarvestFuzz HARVEST = new HarvestFuzz();

  @Property(tries = 6000, shrinking = ShrinkingMode.OFF)
  void readsALineTheSameWhateverCameBefore(@ForAll("lineInputs") byte[] input) throws IOException {
    LINE.check(input);
  }

  @Provide
  Arbitrary<byte[]> lineInputs() {
    return Arbitraries.randomValue(LINE::generate);
  }

  @Example
  void lineStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(LINE);
  }

  @Property(tries = 150, shrinking = ShrinkingMode.OFF)
  void losesNoRowWhateverStandsInTheFiles(@ForAll("harvestInputs") byte[] input)
      throws IOException {
    HARVEST.check(input);
  }

  @Provide
  Arbitrary<byte[]> harvestInputs() {
    return Arbitraries.randomValue(HARVEST::generate);
  }

  @Example
  void harvestStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(HARVEST);
  }
}
