package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The providers that pipelines name; the pipelines are read once a minute at most. */
final class NamedProviders {

  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  private final Supplier<List<String>> pipelines;
  private final InstantSource clock;
  private volatile Known known = new Known(List.of(), Instant.MIN);

  private record Known(List<String> providers, Instant until) {}

  NamedProviders(Supplier<List<String>> pipelines, InstantSource clock) {
    this.pipelines = pipelines;
    this.clock = clock;
  }

  List<String> get() {
    Instant now = clock.instant();
    if (!now.isBefore(known.until())) {
      known = new Known(pipelines.get(), now.plus(KNOWN_FOR));
    }
    return known.providers();
  }
}
