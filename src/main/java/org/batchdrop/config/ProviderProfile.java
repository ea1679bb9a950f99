package org.batchdrop.config;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.Limits;

/**
 * What is known of an API: the validated content of a provider's profile.
 *
 * @param name the profile's name
 * @param description one line for people
 * @param baseUrl where the API lives, without a slash at the end; empty: the embedded sandbox
 * @param credential where the key comes from
 * @param authHeader the header that carries the key
 * @param authScheme the word before the key, as {@code Bearer}; may be empty
 * @param headers sent with each call beside the key
 * @param query parameters in the address of each call
 * @param thinking how its models are told to think
 * @param batch the Batch API
 * @param realtime the calls that answer one row at once
 * @param pollInterval between two looks at the batches of the account
 * @param account the user's own name of the account, by which it stays the same when its key
 *     changes; empty: another key is another account
 * @param budget what all pipelines together may spend there
 */
public record ProviderProfile(
    String name,
    String description,
    Optional<URI> baseUrl,
    Credential credential,
    String authHeader,
    String authScheme,
    Map<String, String> headers,
    Map<String, String> query,
    Thinking thinking,
    BatchApi batch,
    RealtimeApi realtime,
    Duration pollInterval,
    Optional<String> account,
    Budget budget) {

  public ProviderProfile {
    headers = Map.copyOf(headers);
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
  }

  /** Where a key comes from. The key itself is never part of a profile. */
  public sealed interface Credential {
    /** The environment variable of that name. */
    record Environment(String variable) implements Credential {}

    /** The first line of that file, relative to the home. */
    record File(String path) implements Credential {}

    /** No key is needed. */
    record None() implements Credential {}
  }

  /**
   * How models are told to think before they answer, or not to.
   *
   * @param switches the members of a request's body that do; empty: not known
   * @param requiredFor models that think unless told not to; {@code *} and {@code ?} stand for
   *     other characters
   */
  public record Thinking(List<String> switches, List<String> requiredFor) {

    /** Nothing is checked. */
    public static final Thinking UNKNOWN = new Thinking(List.of(), List.of());

    public Thinking {
      switches = List.copyOf(switches);
      requiredFor = List.copyOf(requiredFor);
    }

    /** Tells whether a body for this model must say whether it shall think. */
    public boolean mustBeChosen(String model) {
      return !switches.isEmpty()
          && requiredFor.stream().anyMatch(glob -> new ModelPattern(glob).matches(model));
    }
  }

  /**
   * How many rows an account may ask for at once, outside batches.
   *
   * @param offered whether it may at all
   * @param endpoints the request urls that are answered at once
   * @param concurrency rows under way at the same time
   * @param requestsPerMinute rows begun in a minute; empty: as many as there are
   * @param tokensPerMinute estimated input tokens begun in a minute; empty: as many as there are
   */
  public record RealtimeApi(
      boolean offered,
      List<String> endpoints,
      int concurrency,
      Optional<Integer> requestsPerMinute,
      Optional<Long> tokensPerMinute) {

    /** Of most providers; a provider that wants less says so with status 429. */
    public static final RealtimeApi USUAL =
        new RealtimeApi(
            true,
            List.of("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions"),
            8,
            Optional.empty(),
            Optional.empty());

    public RealtimeApi {
      endpoints = List.copyOf(endpoints);
    }

    /** Tells whether rows of these urls can be asked for. */
    public boolean answers(Collection<String> urls) {
      return offered && endpoints.containsAll(urls);
    }
  }

  /**
   * The limits and habits of a Batch API.
   *
   * @param offered whether there is one; without it, all rows go through the realtime lane
   * @param endpoints the request urls that it takes
   * @param createEndpoint what a create names whatever its lines do; empty: the url of the lines
   * @param windows the completion windows that it takes
   * @param defaultWindow sent when the pipeline names none; empty text: no window is sent
   * @param maxRequests lines in a file, at most
   * @param maxFileBytes bytes in a file, at most
   * @param maxLineBytes bytes in a line, its newline not counted, at most
   * @param purpose of an uploaded file
   * @param submissionKey the metadata field that carries the submission key; empty: none
   * @param metadata what of the pipeline's own metadata can be sent
   * @param listPage batches on a page of the list, at most
   * @param settle how long a created batch may stay out of the list
   * @param habits what can be done beside creating a batch
   * @param limits what the account may have under way at once
   * @param rates how many calls the account may make
   * @param rehearsal what a whole batch can be rehearsed with, at no cost; empty: nothing
   */
  public record BatchApi(
      boolean offered,
      List<String> endpoints,
      Optional<String> createEndpoint,
      Windows windows,
      String defaultWindow,
      int maxRequests,
      long maxFileBytes,
      long maxLineBytes,
      String purpose,
      Optional<String> submissionKey,
      Metadata metadata,
      int listPage,
      Duration settle,
      Habits habits,
      Limits limits,
      Rates rates,
      Optional<Rehearsal> rehearsal) {
    public BatchApi {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * The metadata that a batch may carry beside the submission key.
   *
   * @param offered whether it may carry any
   * @param names those that are taken, each with the most characters of its value; empty: every
   *     name
   */
  public record Metadata(boolean offered, Map<String, Integer> names) {

    /** Nothing is taken. */
    public static final Metadata NONE = new Metadata(false, Map.of());

    /** Every name is taken. */
    public static final Metadata ANY = new Metadata(true, Map.of());

    private static final int USUAL_LENGTH = 512;

    public Metadata {
      names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    /** Tells whether a pair of that name is taken. */
    public boolean takes(String name) {
      return offered && (names.isEmpty() || names.containsKey(name));
    }

    /** The most characters of a value. */
    public int longest(String name) {
      return names.getOrDefault(name, USUAL_LENGTH);
    }
  }

  /**
   * A model that answers batches at no cost.
   *
   * @param model its name
   * @param url the request url that it answers
   */
  public record Rehearsal(String model, String url) {}

  /**
   * What can be done beside creating a batch.
   *
   * @param canList whether the account's batches can be listed
   * @param canDelete whether an uploaded file can be deleted
   * @param deleteInputs whether an uploaded file is deleted once its answers are on disk
   * @param retention how long the files of an ended batch stay
   */
  public record Habits(
      boolean canList, boolean canDelete, boolean deleteInputs, Duration retention) {

    /** Of most providers. */
    public static final Habits USUAL = new Habits(true, true, true, Duration.ofDays(30));
  }

  /**
   * How many calls an account may make.
   *
   * @param uploadsPerMinute files
   * @param pollsPerMinute calls that look at batches or lists of them
   */
  public record Rates(int uploadsPerMinute, int pollsPerMinute) {

    /** No provider is known to allow less. */
    public static final Rates CAREFUL = new Rates(100, 100);
  }

  /** The completion windows that a provider takes. */
  public sealed interface Windows {

    /** Tells whether the provider takes this window. */
    boolean accepts(String window);

    /** Says what is accepted, for people. */
    String expected();

    /** The longest window, as the provider spells it; it may be no duration of ours. */
    String longest();

    /** A few fixed words. */
    record OneOf(List<String> words) implements Windows {
      public OneOf {
        words = List.copyOf(words);
      }

      @Override
      public boolean accepts(String window) {
        return words.contains(window);
      }

      @Override
      public String expected() {
        return String.join(", ", words);
      }

      @Override
      public String longest() {
        return words.get(words.size() - 1);
      }
    }

    /** The provider knows no such parameter: none is sent. */
    record None() implements Windows {
      @Override
      public boolean accepts(String window) {
        return false;
      }

      @Override
      public String longest() {
        return "";
      }

      @Override
      public String expected() {
        return "no completion window";
      }
    }

    /**
     * Whole hours ({@code h}) or days ({@code d}) between two bounds, both included.
     *
     * @param units the letters that are taken, {@code h} and {@code d} or one of them
     */
    record Between(int minHours, int maxHours, String units) implements Windows {

      /** In hours or days. */
      public Between(int minHours, int maxHours) {
        this(minHours, maxHours, "hd");
      }

      @Override
      public boolean accepts(String window) {
        if (!window.matches("[0-9]{1,6}[" + units + "]")) {
          return false;
        }
        int number = Integer.parseInt(window.substring(0, window.length() - 1));
        int hours = window.endsWith("d") ? number * 24 : number;
        return hours >= minHours && hours <= maxHours;
      }

      @Override
      public String longest() {
        return maxHours + "h";
      }

      @Override
      public String expected() {
        return minHours
            + "h to "
            + maxHours
            + "h, in whole "
            + String.join(" or ", units.split(""));
      }
    }
  }
}
