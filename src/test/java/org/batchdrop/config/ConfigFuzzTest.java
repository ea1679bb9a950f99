package org.batchdrop.config;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.batchdrop.fuzz.Regressions;

/** Configuration survives any text. */
class ConfigFuzzTest {

  private static final ConfigFuzz CONFIG = new ConfigFuzz();

  @Property(tries = 7000, shrinking = ShrinkingMode.OFF)
  void givesAValueOrProblemsForAnyText(@ForAll("configInputs") byte[] input) {
    CONFIG.check(input);
  }

  @Provide
  Arbitrary<byte[]> configInputs() {
    return Arbitraries.randomValue(CONFIG::generate);
  }

  @Example
  void configStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(CONFIG);
  }
}
