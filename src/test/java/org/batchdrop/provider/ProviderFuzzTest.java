package org.batchdrop.provider;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.batchdrop.fuzz.Regressions;

/** Providers' replies survive any bytes. */
class ProviderFuzzTest {

  private static final ReplyFuzz REPLY = new ReplyFuzz();

  @Property(tries = 9000, shrinking = ShrinkingMode.OFF)
  void readsAnyReplyWithoutShowingTheKey(@ForAll("replyInputs") byte[] input) {
    REPLY.check(input);
  }

  @Provide
  Arbitrary<byte[]> replyInputs() {
    return Arbitraries.randomValue(REPLY::generate);
  }

  @Example
  void replyStandsWhatOnceFelledIt() throws Exception {
    Regressions.replay(REPLY);
  }
}
