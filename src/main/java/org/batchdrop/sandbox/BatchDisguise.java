package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Makes a batch look as its script says. What the batch does is not changed. */
final class BatchDisguise {

  private BatchDisguise() {}

  /** Changes the object that the API shows. */
  static void change(ObjectNode object, Batch batch, BatchScript script) {
    changeStatus(object, batch, script);
    changeFiles(object, batch, script);
    changeCounts(object, batch, script);
    JsonNode errors = object.path("errors").path("data");
    if (script.errors() == BatchScript.Errors.ARRAY && !errors.isMissingNode()) {
      object.set("errors", errors);
    } else if (script.errors() == BatchScript.Errors.TEXT && !errors.isMissingNode()) {
      object.put("errors", errors.path(0).path("message").asText());
    }
  }

  private static void changeStatus(ObjectNode object, Batch batch, BatchScript script) {
    BatchStatus shown = batch.status();
    for (String skipped : script.skipped()) {
      object.putNull(skipped + "_at");
    }
    while (script.skipped().contains(shown.label())) {
      shown = shown == BatchStatus.IN_PROGRESS ? BatchStatus.VALIDATING : BatchStatus.IN_PROGRESS;
    }
    String word = script.words().getOrDefault(shown.label(), shown.label());
    object.put("status", inLetters(word, script));
  }

  private static String inLetters(String word, BatchScript script) {
    if ("upper".equals(script.letters())) {
      return word.toUpperCase(Locale.ROOT);
    }
    return "title".equals(script.letters())
        ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)
        : word;
  }

  private static void changeFiles(ObjectNode object, Batch batch, BatchScript script) {
    if (script.earlyIds()) {
      object.put("output_file_id", batch.outputFileId());
      object.put("error_file_id", batch.errorFileId());
    }
    for (String name : new String[] {"output_file_id", "error_file_id"}) {
      if (object.path(name).isNull() && script.noFile() == BatchScript.NoFile.EMPTY) {
        object.put(name, "");
      } else if (object.path(name).isNull() && script.noFile() == BatchScript.NoFile.ABSENT) {
        object.remove(name);
      }
    }
  }

  private static void changeCounts(ObjectNode object, Batch batch, BatchScript script) {
    BatchScript.Counts counts = script.counts();
    if (counts == null || (counts == BatchScript.Counts.LATE && batch.status().isFinal())) {
      return;
    }
    switch (counts) {
      case FROZEN, LATE ->
          object.putObject("request_counts").put("total", 0).put("completed", 0).put("failed", 0);
      case NULL -> object.putNull("request_counts");
      case ABSENT -> object.remove("request_counts");
      case INTEGER -> object.put("request_counts", batch.total());
    }
  }
}
