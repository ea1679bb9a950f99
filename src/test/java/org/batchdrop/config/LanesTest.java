package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Pipeline.Lanes;
import org.batchdrop.config.Pipeline.Mode;
import org.batchdrop.job.Lane;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanesTest {

  private static final String CHAT = "/v1/chat/completions";

  private static ProviderProfile profile(boolean batch, boolean realtime) {
    String text =
        "base-url: https://api.example.com/v1\nkey: {none: true}\n"
            + "batch: {offered: %s, endpoints: [%s, /v1/odd]}\nrealtime: {offered: %s}\n"
                .formatted(batch, CHAT, realtime);
    return ProviderFile.read(
            "p",
            new ProviderFile.Source("providers/p.yaml", text),
            name -> Optional.empty(),
            new Problems())
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // mode, rows, batch offered, realtime offered, lane
    "AUTO, 49, true, true, REALTIME",
    "AUTO, 50, true, true, BATCH",
    "AUTO, 1, true, false, BATCH",
    "AUTO, 9000, false, true, REALTIME",
    "BATCH, 1, true, true, BATCH",
    "REALTIME, 9000, true, true, REALTIME"
  })
  void theModeTheRowsAndTheProviderDecide(
      Mode mode, long rows, boolean batch, boolean realtime, Lane lane) {
    Lanes lanes = new Lanes(mode, 50, Optional.empty(), Optional.empty());

    assertThat(lanes.first(rows, List.of(CHAT), profile(batch, realtime))).isEqualTo(lane);
  }

  @ParameterizedTest
  @CsvSource({
    // mode, batch offered, realtime offered, a url of batches alone, a url of calls alone
    "AUTO, true, true, true, false",
    "BATCH, true, true, true, false",
    "REALTIME, true, true, true, true",
    "REALTIME, true, false, true, false",
    "AUTO, false, true, false, true"
  })
  void aUrlOfSingleCallsAloneMayBeNamedWhereRowsAreSureToGoThatWay(
      Mode mode, boolean batch, boolean realtime, boolean odd, boolean completions) {
    Lanes lanes = new Lanes(mode, 50, Optional.empty(), Optional.empty());

    List<String> urls = lanes.endpoints(profile(batch, realtime));

    assertThat(urls).contains(CHAT);
    assertThat(urls.contains("/v1/odd")).isEqualTo(odd);
    assertThat(urls.contains("/v1/completions")).isEqualTo(completions);
  }

  @ParameterizedTest
  @CsvSource({"/v1/odd, BATCH", CHAT + ", REALTIME"})
  void aUrlThatIsNoSingleCallGoesAsABatch(String url, Lane lane) {
    assertThat(Lanes.AUTO.first(1, List.of(url), profile(true, true))).isEqualTo(lane);
  }
}
