package org.batchdrop.config;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.job.Lane;
import org.batchdrop.job.RetryPolicy;

/**
 * How inputs become requests and answers become results: the validated content of {@code
 * pipelines/NAME.yaml}.
 *
 * @param name the file's name without extension, and the name of the inbox folder
 * @param description one line for people; may be empty
 * @param provider the name of a provider profile
 * @param lanes the ways that its rows go
 * @param input how a dropped file is read
 * @param request what is sent for a row; empty exactly when the input is ready-made request lines
 * @param batch what the provider is told about the batch
 * @param answer what an answer must be
 * @param result what is published beside the provider's own lines
 * @param retry which rows without an answer are bought again
 * @param onDuplicate what to do with a file that was dropped before
 * @param reuse whether rows whose very requests were answered before keep those answers
 * @param budget what its jobs may cost
 * @param intake what of an input becomes rows
 */
public record Pipeline(
    String name,
    String description,
    String provider,
    Lanes lanes,
    InputFormat input,
    Optional<Request> request,
    Batch batch,
    Answer answer,
    Result result,
    RetryPolicy retry,
    OnDuplicate onDuplicate,
    boolean reuse,
    Budget budget,
    Intake intake) {

  /** A pipeline that takes every row. */
  public Pipeline(
      String name,
      String description,
      String provider,
      Lanes lanes,
      InputFormat input,
      Optional<Request> request,
      Batch batch,
      Answer answer,
      Result result,
      RetryPolicy retry,
      OnDuplicate onDuplicate,
      boolean reuse,
      Budget budget) {
    this(
        name,
        description,
        provider,
        lanes,
        input,
        request,
        batch,
        answer,
        result,
        retry,
        onDuplicate,
        reuse,
        budget,
        Intake.ALL);
  }

  /** The same, with another intake. */
  public Pipeline with(Intake other) {
    return new Pipeline(
        name,
        description,
        provider,
        lanes,
        input,
        request,
        batch,
        answer,
        result,
        retry,
        onDuplicate,
        reuse,
        budget,
        other);
  }

  /** What becomes of a file whose contents were dropped into the same pipeline before. */
  public enum OnDuplicate {
    /** It is rejected, with the name of the earlier job; nothing is bought twice. */
    SKIP,
    /** It is a job like any other. */
    RUN
  }

  /** The way requests take: {@code auto} picks a lane by the number of rows. */
  public enum Mode {
    AUTO,
    BATCH,
    REALTIME
  }

  /**
   * The ways that rows go.
   *
   * @param mode of their first try
   * @param realtimeBelow with {@link Mode#AUTO}, jobs of fewer rows go through the realtime lane
   * @param retry the lane of rows that are tried again; empty: the one that they took before
   * @param finishBy how long after its file was taken a job waits for batches; what they have not
   *     answered then goes through the realtime lane; empty: for as long as they take
   */
  public record Lanes(
      Mode mode, int realtimeBelow, Optional<Lane> retry, Optional<Duration> finishBy) {

    /** Rows of a job that is small enough get their answers at once. */
    public static final Lanes AUTO = new Lanes(Mode.AUTO, 50, Optional.empty(), Optional.empty());

    /** Everything goes as a batch. */
    public static final Lanes BATCH = new Lanes(Mode.BATCH, 50, Optional.empty(), Optional.empty());

    /**
     * The lane of a job's first try at a provider that may lack one.
     *
     * @param rows of the job
     * @param urls of its rows
     */
    public Lane first(long rows, Collection<String> urls, ProviderProfile profile) {
      boolean isSmall = rows < realtimeBelow;
      boolean isWished = mode == Mode.REALTIME || (mode == Mode.AUTO && isSmall);
      boolean isRealtime =
          profile.realtime().answers(urls) && (isWished || !profile.batch().offered());
      return isRealtime ? Lane.REALTIME : Lane.BATCH;
    }

    /**
     * The urls that rows may name. Only single calls answer some: these can be named where rows are
     * sure to go that way, whatever their number.
     */
    public List<String> endpoints(ProviderProfile profile) {
      List<String> batch = profile.batch().endpoints();
      if (!profile.realtime().offered()) {
        return batch;
      }
      List<String> realtime = profile.realtime().endpoints();
      if (!profile.batch().offered()) {
        return realtime;
      }
      return mode == Mode.REALTIME
          ? Stream.concat(batch.stream(), realtime.stream()).distinct().toList()
          : batch;
    }
  }

  /**
   * The request of a row.
   *
   * @param url the endpoint, as {@code /v1/chat/completions}
   * @param body the API's own body, with holes {@code {{field}}} in its texts
   */
  public record Request(String url, YamlValue.Mapping body) {}

  /**
   * What the provider is told about each batch.
   *
   * @param completionWindow as the provider spells it, {@code 24h}; empty: the profile's default
   * @param metadata sent with each batch beside the submission key
   */
  public record Batch(Optional<String> completionWindow, Map<String, String> metadata) {
    public Batch {
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * What an answer must be.
   *
   * @param schema the JSON schema that its text fits; empty: any answer is good
   * @param text JSON pointer to that text in {@code response.body}
   */
  public record Answer(Optional<YamlValue.Mapping> schema, String text) {

    /** Where the Chat Completions API puts an answer's text. */
    public static final String CHAT_TEXT = "/choices/0/message/content";

    /** Whatever the provider answers. */
    public static final Answer ANY = new Answer(Optional.empty(), CHAT_TEXT);
  }

  /**
   * What is published beside {@code output.jsonl} and {@code errors.jsonl}.
   *
   * @param columns result column to JSON pointer into {@code response.body}, in file order; used
   *     for tables
   * @param files how answers become files; used for sources
   * @param csvSafe whether a spreadsheet is kept from taking a text in a result column for a
   *     formula
   * @param embeddings the form in which vectors are published; empty: only as they came
   */
  public record Result(
      Map<String, String> columns, Files files, boolean csvSafe, Optional<Embeddings> embeddings) {

    /** Without embeddings. */
    public Result(Map<String, String> columns, Files files, boolean csvSafe) {
      this(columns, files, csvSafe, Optional.empty());
    }
  }

  /** The forms of {@code embeddings.*}. */
  public enum Embeddings {
    /** One object a row, {@code row} and {@code embedding}. */
    JSONL,
    /** One record a row: its number, then the numbers. */
    CSV,
    /** One matrix of 32-bit floats. */
    NPY;

    /** How the file's name ends, and how the form is written in a pipeline. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How answers become files.
   *
   * @param extension replaces the source's extension, with its dot; empty: the path is kept
   * @param text JSON pointer to the answer's text in {@code response.body}
   * @param extract which part of that text is the file
   */
  public record Files(Optional<String> extension, String text, Extract extract) {

    /** The whole text is the file. */
    public Files(Optional<String> extension, String text) {
      this(extension, text, Extract.TEXT);
    }
  }

  /** Which part of an answer's text is a file. */
  public enum Extract {
    /** All of it. */
    TEXT,
    /** What stands in its fenced code blocks. */
    CODE_BLOCK
  }
}
