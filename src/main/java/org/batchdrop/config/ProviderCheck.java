package org.batchdrop.config;

import java.util.List;
import java.util.Optional;
import org.batchdrop.config.ProviderProfile.BatchApi;
import org.batchdrop.config.YamlValue.Location;
import org.batchdrop.job.Lane;

/**
 * Finds what a pipeline asks for and its provider does not offer, before anything is dropped.
 *
 * @param pipeline as it was read
 * @param profile of its provider
 * @param source the pipeline's text, for the lines of what is found
 * @param problems receives what is found
 */
record ProviderCheck(
    Pipeline pipeline, ProviderProfile profile, Catalog.PipelineText source, Problems problems) {

  /** Members of a body by which some API or other is told to think. */
  private static final List<String> SWITCHES =
      List.of("enable_thinking", "thinking_budget", "thinking", "reasoning_effort", "reasoning");

  /** Reports everything that is found. */
  void run() {
    checkMode();
    checkRetry();
    checkDeadline();
    checkUrl();
    checkWindow();
    checkMetadata();
    pipeline.request().ifPresent(this::checkThinking);
  }

  private void checkMode() {
    if (pipeline.lanes().mode() == Pipeline.Mode.BATCH && !profile.batch().offered()) {
      problem("mode:", "'mode: batch', but " + withoutBatches() + "; expected auto or realtime");
    }
    if (pipeline.lanes().mode() == Pipeline.Mode.REALTIME && !profile.realtime().answers(urls())) {
      problem("mode:", "'mode: realtime', but " + withoutCalls() + "; expected auto or batch");
    }
  }

  private void checkDeadline() {
    if (pipeline.lanes().finishBy().isPresent() && !profile.realtime().answers(urls())) {
      problem("finish-by:", "'finish-by', but " + withoutCalls() + "; leave it out");
    }
  }

  private void checkRetry() {
    Optional<Lane> via = pipeline.lanes().retry();
    if (via.equals(Optional.of(Lane.BATCH)) && !profile.batch().offered()) {
      problem("via:", "'retry.via: batch', but " + withoutBatches() + "; leave it out");
    }
    if (via.equals(Optional.of(Lane.REALTIME)) && !profile.realtime().answers(urls())) {
      problem("via:", "'retry.via: realtime', but " + withoutCalls() + "; leave it out");
    }
  }

  private List<String> urls() {
    return pipeline.request().map(Pipeline.Request::url).stream().toList();
  }

  private String withoutBatches() {
    return "provider " + profile.name() + " has no Batch API";
  }

  private String withoutCalls() {
    return "provider "
        + profile.name()
        + " answers no single calls"
        + (urls().isEmpty() ? "" : " to " + urls().get(0));
  }

  private void checkUrl() {
    List<String> offered = pipeline.lanes().endpoints(profile);
    for (String url : urls()) {
      if (!offered.contains(url)) {
        problem(
            "url:",
            "'request.url: "
                + url
                + "' is not offered by provider "
                + profile.name()
                + (profile.realtime().answers(List.of(url))
                    ? " in a batch, only in single calls; expected 'mode: realtime', or one of "
                        + offered
                    : Suggestion.hint(url, offered)));
      }
    }
  }

  private void checkWindow() {
    String window = pipeline.batch().completionWindow().orElse("");
    if (!window.isEmpty() && !profile.batch().offered()) {
      problem(
          "completion-window:",
          "'batch.completion-window', but " + withoutBatches() + "; leave it out");
    } else if (!window.isEmpty() && !profile.batch().windows().accepts(window)) {
      problem(
          "completion-window:",
          "'batch.completion-window: "
              + window
              + "'; provider "
              + profile.name()
              + " takes "
              + profile.batch().windows().expected());
    }
  }

  private void checkMetadata() {
    pipeline
        .batch()
        .metadata()
        .forEach(
            (name, value) ->
                metadataProblem(name, value)
                    .ifPresent(
                        wrong -> problem("metadata:", "'batch.metadata." + name + "' " + wrong)));
  }

  private Optional<String> metadataProblem(String name, String value) {
    BatchApi batch = profile.batch();
    if (!batch.offered()) {
      return Optional.of("can't be sent: " + withoutBatches() + "; leave it out");
    }
    if (batch.submissionKey().equals(Optional.of(name))) {
      return Optional.of(
          "carries Batchdrop's own key at provider " + profile.name() + "; expected another name");
    }
    if (!batch.metadata().offered()) {
      return Optional.of(
          "can't be sent: provider " + profile.name() + " takes no metadata; leave it out");
    }
    if (!batch.metadata().takes(name)) {
      return Optional.of(
          "is not taken by provider "
              + profile.name()
              + Suggestion.hint(name, batch.metadata().names().keySet()));
    }
    int most = batch.metadata().longest(name);
    return value.length() > most
        ? Optional.of(
            "has %d characters; provider %s takes at most %d"
                .formatted(value.length(), profile.name(), most))
        : Optional.empty();
  }

  private void checkThinking(Pipeline.Request request) {
    ProviderProfile.Thinking thinking = profile.thinking();
    for (String member : SWITCHES) {
      YamlValue.Entry entry = request.body().entries().get(member);
      boolean isKnown = thinking.switches().isEmpty() || thinking.switches().contains(member);
      if (entry != null && !isKnown) {
        problems.add(
            entry.keyLocation(),
            "'request.body."
                + member
                + "' is unknown at provider "
                + profile.name()
                + "; expected "
                + String.join(" or ", thinking.switches()));
      }
    }
    YamlValue.Entry model = request.body().entries().get("model");
    if (model == null || !(model.value() instanceof YamlValue.Text name)) {
      return;
    }
    boolean isChosen = thinking.switches().stream().anyMatch(request.body().entries()::containsKey);
    if (thinking.mustBeChosen(name.text()) && !isChosen) {
      problems.add(
          model.keyLocation(),
          "model "
              + name.text()
              + " thinks unless told not to, and thinking is paid; expected 'request.body."
              + thinking.switches().get(0)
              + ": true' or 'false'");
    }
  }

  private void problem(String word, String message) {
    int at = source.text().indexOf(word);
    long line =
        at < 0 ? 1 : 1 + source.text().substring(0, at).chars().filter(c -> c == '\n').count();
    problems.add(new Location(source.file(), (int) line), message);
  }
}
