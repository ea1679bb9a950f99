package org.batchdrop.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchdrop.config.YamlValue.Location;

/**
 * The pipelines and profiles of a home. Files are read anew each time, so that a new pipeline needs
 * no restart.
 *
 * @param home where they lie
 * @param requestsProvider who answers the pipeline {@code requests} when no file says so
 */
public record Catalog(Home home, String requestsProvider) {

  private static final String BUILT_IN = "/org/batchdrop/config/providers/";
  private static final String YAML = ".yaml";

  /** The profiles in the jar. */
  public static final List<String> BUILT_IN_PROFILES =
      List.of(
          "sandbox",
          "openai",
          "azure",
          "dashscope",
          "dashscope-intl",
          "modelverse",
          "siliconflow",
          "zhipu",
          "moonshot",
          "groq",
          "parasail",
          "doubleword",
          "new-api",
          "litellm",
          "llm-d",
          "openai-compatible");

  /**
   * A pipeline's file.
   *
   * @param file as people are shown it
   * @param text its content
   */
  public record PipelineText(String file, String text) {}

  /** The names of the pipelines, {@code requests} among them, sorted. */
  public List<String> pipelineNames() throws IOException {
    List<String> names = new ArrayList<>(names(home.pipelines()));
    if (!names.contains(PipelineFile.REQUESTS)) {
      names.add(PipelineFile.REQUESTS);
    }
    names.sort(null);
    return names;
  }

  /**
   * The text of a pipeline.
   *
   * @return empty when there is no pipeline of that name
   */
  public Optional<PipelineText> pipelineText(String name) throws IOException {
    Path file = home.pipelines().resolve(name + YAML);
    if (PipelineFile.isName(name) && isFile(file)) {
      return Optional.of(new PipelineText(home.show(file), Files.readString(file)));
    }
    return name.equals(PipelineFile.REQUESTS)
        ? Optional.of(
            new PipelineText(
                "pipelines/requests.yaml", PipelineFile.requestsText(requestsProvider)))
        : Optional.empty();
  }

  /**
   * Reads a pipeline and checks it against its provider's profile.
   *
   * @return empty exactly when a problem was reported
   */
  public Optional<Pipeline> pipeline(String name, PipelineText source, Problems problems)
      throws IOException {
    Problems own = new Problems();
    Optional<Pipeline> pipeline = PipelineFile.draft(name, source.file(), source.text(), own);
    if (pipeline.isPresent() && !pipeline.get().provider().isEmpty()) {
      checkProvider(pipeline.get(), source, own);
    }
    problems.addAll(own.all());
    return own.isEmpty() ? pipeline : Optional.empty();
  }

  /**
   * Reads a profile: the home's own, else the one in the jar.
   *
   * @return empty when a problem was reported, or there is none of that name
   */
  public Optional<ProviderProfile> profile(String name, Problems problems) throws IOException {
    Path own = home.providers().resolve(name + YAML);
    Optional<ProviderFile.Source> source =
        PipelineFile.isName(name) && isFile(own)
            ? Optional.of(new ProviderFile.Source(home.show(own), Files.readString(own)))
            : builtIn(name);
    Map<String, ProviderFile.Source> parents = new TreeMap<>();
    for (String other : names(home.providers())) {
      if (!other.equals(name)) {
        Path file = home.providers().resolve(other + YAML);
        parents.put(other, new ProviderFile.Source(home.show(file), Files.readString(file)));
      }
    }
    return source.flatMap(
        text ->
            ProviderFile.read(
                name,
                text,
                parent -> Optional.ofNullable(parents.get(parent)).or(() -> builtIn(parent)),
                problems));
  }

  /** The names of all profiles, sorted. */
  public List<String> profileNames() throws IOException {
    List<String> all = new ArrayList<>(BUILT_IN_PROFILES);
    names(home.providers()).stream().filter(name -> !all.contains(name)).forEach(all::add);
    all.sort(null);
    return all;
  }

  /**
   * Reads the prices.
   *
   * @return {@link Prices#NONE} without a file; empty exactly when a problem was reported
   */
  public Optional<Prices> prices(Problems problems) throws IOException {
    Path file = home.prices();
    return isFile(file)
        ? PriceFile.read(home.show(file), Files.readString(file), profileNames(), problems)
        : Optional.of(Prices.NONE);
  }

  /** Reads every pipeline, every profile and the prices of the home, for their problems. */
  public List<Pipeline> readAll(Problems problems) throws IOException {
    prices(problems);
    for (String name : names(home.providers())) {
      profile(name, problems);
    }
    List<Pipeline> pipelines = new ArrayList<>();
    for (String name : pipelineNames()) {
      Optional<PipelineText> text = pipelineText(name);
      if (text.isPresent()) {
        pipeline(name, text.get(), problems).ifPresent(pipelines::add);
      }
    }
    return pipelines;
  }

  /** The profiles that pipelines name, as far as both are valid. */
  public List<ProviderProfile> providersOfPipelines() throws IOException {
    Map<String, ProviderProfile> profiles = new TreeMap<>();
    for (String name : pipelineNames()) {
      Optional<PipelineText> text = pipelineText(name);
      if (text.isPresent()) {
        Optional<Pipeline> pipeline = pipeline(name, text.get(), new Problems());
        if (pipeline.isPresent()) {
          String provider = pipeline.get().provider();
          profile(provider, new Problems()).ifPresent(profile -> profiles.put(provider, profile));
        }
      }
    }
    return List.copyOf(profiles.values());
  }

  private void checkProvider(Pipeline pipeline, PipelineText source, Problems problems)
      throws IOException {
    Location at = new Location(source.file(), lineOf(source.text(), "provider:"));
    if (!profileNames().contains(pipeline.provider())) {
      problems.add(
          at,
          "unknown provider '"
              + pipeline.provider()
              + "'"
              + Suggestion.hint(pipeline.provider(), profileNames()));
      return;
    }
    Problems found = new Problems();
    Optional<ProviderProfile> profile = profile(pipeline.provider(), found);
    if (profile.isEmpty()) {
      problems.add(at, profileProblem(pipeline.provider(), found));
      return;
    }
    new ProviderCheck(pipeline, profile.get(), source, problems).run();
  }

  /** The files of the home say for themselves what is wrong with them; the jar's don't. */
  private String profileProblem(String name, Problems found) throws IOException {
    boolean isBuiltIn = !names(home.providers()).contains(name) && !found.isEmpty();
    return isBuiltIn
        ? found.all().get(0).message()
        : "the profile of provider '" + name + "' has problems";
  }

  private static int lineOf(String text, String word) {
    int at = text.indexOf(word);
    return at < 0 ? 1 : 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  private static Optional<ProviderFile.Source> builtIn(String name) {
    if (!BUILT_IN_PROFILES.contains(name)) {
      return Optional.empty();
    }
    try (InputStream in = Catalog.class.getResourceAsStream(BUILT_IN + name + YAML)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + BUILT_IN + name + YAML);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(new ProviderFile.Source("(built in) " + name + YAML, text));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Only what is known to be absent is absent: a disk that fails for a moment is an error. */
  private static boolean isFile(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(YAML) && !name.startsWith(".") && isFile(file)) {
          names.add(name.substring(0, name.length() - YAML.length()));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }
}
