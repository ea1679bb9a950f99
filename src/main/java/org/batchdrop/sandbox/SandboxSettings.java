package org.batchdrop.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one sandbox provider behaves. Immutable; made by {@link #builder()}.
 *
 * @param port TCP port on 127.0.0.1, 0 to 65535 [0 = any free one]
 * @param directory where all state lives [{@code sandbox} in the current folder]; created when
 *     missing
 * @param perRequest processing time of one request line [0 = as fast as it can]
 * @param validation time between creation and the first line [200 ms]
 * @param finalizing time spent in {@code finalizing} [0]
 * @param latency time added to each HTTP reply [0]
 * @param maxRequests most lines in one batch, at least 1 [50000]
 * @param maxFileBytes most bytes in one uploaded file, at least 1 [209715200]
 * @param maxLineBytes most bytes in one request line or realtime body, 1 to 64 MiB [6291456]
 * @param enqueuedTokenLimit most estimated prompt tokens per model over all unfinished batches
 *     [{@link Long#MAX_VALUE} = none]
 * @param apiKey when present, any other bearer key is answered with 401
 * @param failureRate share of rows, 0 to 1, that answer with an HTTP error; chosen by custom_id [0]
 * @param expireAfter when present, a batch unfinished that long after its creation expires;
 *     otherwise its completion window decides
 * @param seed seed of the order of output lines and of the choice of failing rows [1]
 * @param shuffle whether output lines come in another order than input lines [true]
 * @param faults fault rules that it starts with, as {@link Faults#add} takes them [none]
 */
public record SandboxSettings(
    int port,
    Path directory,
    Duration perRequest,
    Duration validation,
    Duration finalizing,
    Duration latency,
    int maxRequests,
    long maxFileBytes,
    int maxLineBytes,
    long enqueuedTokenLimit,
    Optional<String> apiKey,
    double failureRate,
    Optional<Duration> expireAfter,
    long seed,
    boolean shuffle,
    List<String> faults) {

  private static final int LONGEST_LINE = 64 * 1024 * 1024;

  /**
   * Checks every bound.
   *
   * @throws IllegalArgumentException when a value is out of its bounds, or a fault rule is
   *     malformed; names it
   */
  public SandboxSettings {
    require(port >= 0 && port <= 65_535, "port", port);
    require(!perRequest.isNegative(), "perRequest", perRequest);
    require(!validation.isNegative(), "validation", validation);
    require(!finalizing.isNegative(), "finalizing", finalizing);
    require(!latency.isNegative(), "latency", latency);
    require(maxRequests >= 1, "maxRequests", maxRequests);
    require(maxFileBytes >= 1, "maxFileBytes", maxFileBytes);
    require(maxLineBytes >= 1 && maxLineBytes <= LONGEST_LINE, "maxLineBytes", maxLineBytes);
    require(enqueuedTokenLimit >= 0, "enqueuedTokenLimit", enqueuedTokenLimit);
    require(failureRate >= 0 && failureRate <= 1, "failureRate", failureRate);
    expireAfter.ifPresent(after -> require(!after.isNegative(), "expireAfter", after));
    faults = List.copyOf(faults);
    faults.forEach(FaultRule::parse);
  }

  /** Returns the settings with every default. */
  public static SandboxSettings defaults() {
    return new Builder().build();
  }

  /** Returns a builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.port = port;
    builder.directory = directory;
    builder.perRequest = perRequest;
    builder.validation = validation;
    builder.finalizing = finalizing;
    builder.latency = latency;
    builder.maxRequests = maxRequests;
    builder.maxFileBytes = maxFileBytes;
    builder.maxLineBytes = maxLineBytes;
    builder.enqueuedTokenLimit = enqueuedTokenLimit;
    builder.apiKey = apiKey;
    builder.failureRate = failureRate;
    builder.expireAfter = expireAfter;
    builder.seed = seed;
    builder.shuffle = shuffle;
    builder.faults.addAll(faults);
    return builder;
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "SandboxSettings[port=%d, directory=%s, apiKey=%s]"
        .formatted(port, directory, apiKey.isPresent() ? "set" : "none");
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("sandbox setting out of bounds: " + name + " = " + value);
    }
  }

  /** Collects settings; each method replaces one value. Not thread-safe. */
  public static final class Builder {
    private int port;
    private Path directory = Path.of("sandbox");
    private Duration perRequest = Duration.ZERO;
    private Duration validation = Duration.ofMillis(200);
    private Duration finalizing = Duration.ZERO;
    private Duration latency = Duration.ZERO;
    private int maxRequests = 50_000;
    private long maxFileBytes = 200L * 1024 * 1024;
    private int maxLineBytes = 6 * 1024 * 1024;
    private long enqueuedTokenLimit = Long.MAX_VALUE;
    private Optional<String> apiKey = Optional.empty();
    private double failureRate;
    private Optional<Duration> expireAfter = Optional.empty();
    private long seed = 1;
    private boolean shuffle = true;
    private final List<String> faults = new ArrayList<>();

    private Builder() {}

    /** Sets the TCP port; 0 takes any free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Sets the directory of all state. */
    public Builder directory(Path value) {
      directory = value;
      return this;
    }

    /** Sets the processing time of one request line. */
    public Builder perRequest(Duration value) {
      perRequest = value;
      return this;
    }

    /** Sets the time spent validating. */
    public Builder validation(Duration value) {
      validation = value;
      return this;
    }

    /** Sets the time spent finalizing. */
    public Builder finalizing(Duration value) {
      finalizing = value;
      return this;
    }

    /** Sets the time added to each HTTP reply. */
    public Builder latency(Duration value) {
      latency = value;
      return this;
    }

    /** Sets the most lines of one batch. */
    public Builder maxRequests(int value) {
      maxRequests = value;
      return this;
    }

    /** Sets the most bytes of one uploaded file. */
    public Builder maxFileBytes(long value) {
      maxFileBytes = value;
      return this;
    }

    /** Sets the most bytes of one request line. */
    public Builder maxLineBytes(int value) {
      maxLineBytes = value;
      return this;
    }

    /** Sets the most estimated prompt tokens per model over all unfinished batches. */
    public Builder enqueuedTokenLimit(long value) {
      enqueuedTokenLimit = value;
      return this;
    }

    /** Demands this bearer key. */
    public Builder apiKey(String value) {
      apiKey = Optional.of(value);
      return this;
    }

    /** Sets the share of rows that answer with an HTTP error. */
    public Builder failureRate(double value) {
      failureRate = value;
      return this;
    }

    /** Makes a batch expire when it is unfinished that long after its creation. */
    public Builder expireAfter(Duration value) {
      expireAfter = Optional.of(value);
      return this;
    }

    /** Sets the seed of the order of output lines and of the choice of failing rows. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets whether output lines come in another order than input lines. */
    public Builder shuffle(boolean value) {
      shuffle = value;
      return this;
    }

    /** Adds fault rules, as {@link Faults#add} takes them. */
    public Builder faults(String rules) {
      faults.add(rules);
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException when a value is out of its bounds
     */
    public SandboxSettings build() {
      return new SandboxSettings(
          port,
          directory,
          perRequest,
          validation,
          finalizing,
          latency,
          maxRequests,
          maxFileBytes,
          maxLineBytes,
          enqueuedTokenLimit,
          apiKey,
          failureRate,
          expireAfter,
          seed,
          shuffle,
          faults);
    }
  }
}
