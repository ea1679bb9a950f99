package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.Money;

/** What a {@link PreFlight} found, for programs. */
public final class PreFlightJson {

  private PreFlightJson() {}

  /**
   * Writes one object, always with the same keys.
   *
   * @param counts empty: rejected
   * @param forecast empty: not asked for, or rejected; {@code null} in the object
   * @param lines the first request lines
   * @param notes for people
   */
  public static String write(
      PreFlight flight,
      Optional<PreFlight.Counts> counts,
      Optional<Forecast> forecast,
      List<String> lines,
      List<String> notes)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("pipeline", flight.pipeline());
      json.writeStringField("provider", flight.provider());
      optional(json, "chosen_rows", flight.chosen());
      json.writeBooleanField("rejected", counts.isEmpty());
      json.writeNumberField("rows", counts.map(PreFlight.Counts::rows).orElse(0L));
      json.writeNumberField("unsent", counts.map(PreFlight.Counts::unsent).orElse(0L));
      json.writeNumberField("parts", counts.map(PreFlight.Counts::parts).orElse(0));
      optional(json, "lane", counts.map(found -> found.lane().label()));
      problems(json, flight);
      forecast(json, forecast);
      texts(json, "lines", lines);
      texts(json, "notes", notes);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void problems(JsonGenerator json, PreFlight flight) throws IOException {
    json.writeArrayFieldStart("problems");
    boolean[] any = {false};
    flight.failures(
        failure -> {
          any[0] = true;
          json.writeStartObject();
          json.writeNumberField("row", failure.row());
          json.writeStringField("location", failure.location());
          json.writeStringField("code", failure.code());
          json.writeStringField("message", failure.message());
          json.writeEndObject();
        });
    // Where each row failed, the reasons of the rejection are the first of them once more.
    for (InputRejected.Problem problem :
        any[0] ? List.<InputRejected.Problem>of() : flight.rejected()) {
      json.writeStartObject();
      json.writeNullField("row");
      json.writeStringField("location", problem.location());
      json.writeStringField("code", problem.code());
      json.writeStringField("message", problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void forecast(JsonGenerator json, Optional<Forecast> forecast) throws IOException {
    if (forecast.isEmpty()) {
      json.writeNullField("models");
      json.writeNullField("cost");
      return;
    }
    json.writeArrayFieldStart("models");
    for (Forecast.Model model : forecast.get().models()) {
      json.writeStartObject();
      json.writeStringField("model", model.name());
      json.writeStringField("endpoint", model.endpoint());
      json.writeNumberField("parts", model.parts());
      json.writeNumberField("rows", model.rows());
      json.writeNumberField("input_tokens", model.input());
      json.writeStringField("counted", model.vocabulary().isPresent() ? "exact" : "calibrated");
      optional(json, "vocabulary", model.vocabulary());
      json.writeNumberField("cacheable_tokens", model.cacheable());
      json.writeNumberField("shared_tokens", model.shared());
      json.writeNumberField("output_tokens", model.output());
      json.writeStringField("basis", model.basis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("cost");
    for (Forecast.Offer offer : forecast.get().offers()) {
      json.writeObjectFieldStart(offer.name());
      optional(json, "amount", offer.amount().map(Money::toString));
      optional(json, "unknown", Optional.of(offer.unknown()).filter(text -> !text.isEmpty()));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void optional(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }
}
