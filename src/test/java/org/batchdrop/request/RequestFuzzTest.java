package org.batchdrop.request;

import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.batchdrop.fuzz.Regressions;

/** Tables and bodies survive any bytes. */
class RequestFuzzTest {

  private static final CsvFuzz CSV = new CsvFuzz();
  private static final PipelineFuzz PIPELINE = new PipelineFuzz();

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void sendsOrListsEachRowOfATableInEachWay(@ForAll("csvInputs") byte[] input) throws IOException {
    CSV.check(input);
  }

  @Provide
  Arbitrary<byte[]> csvInputs() {
    return Arbitraries.randomValue(CSV::generate);
  }

  @Example
  void csvStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(CSV);
  }

  @Property(tries = 6000, shrinking = ShrinkingMode.OFF)
  void makesValidLinesOfEachBodyThatIsTaken(@ForAll("pipelineInputs") byte[] input) {
    PIPELINE.check(input);
  }

  @Provide
  Arbitrary<byte[]> pipelineInputs() {
    return Arbitraries.randomValue(PIPELINE::generate);
  }

  @Example
  void pipelineStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(PIPELINE);
  }
}
