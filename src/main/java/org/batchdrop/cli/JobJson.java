package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.batchdrop.job.Job;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Event;

/** Jobs as JSON, the same members in every command. */
final class JobJson {

  private JobJson() {}

  /** A job without its parts. */
  static ObjectNode job(JobView view) {
    Job job = view.job();
    ObjectNode object = Json.object();
    object.put("id", job.id().value());
    object.put("pipeline", job.pipeline());
    object.put("provider", job.provider().isEmpty() ? null : job.provider());
    object.put("state", job.state().label());
    object.put("parked", view.isParked());
    object.put("doing", view.doing());
    ObjectNode input = object.putObject("input");
    input.put("name", job.inputName()).put("bytes", job.inputBytes());
    ObjectNode rows = object.putObject("rows");
    rows.put("total", job.totals().rows()).put("unsent", job.totals().unsent());
    rows.put("answered", job.totals().answered()).put("failed", job.totals().failed());
    object.put("share", view.share());
    ObjectNode times = object.putObject("times");
    times.put("received", job.times().received().toString());
    Json.time(times, "prepared", job.times().prepared());
    Json.time(times, "collected", job.times().collected());
    Json.time(times, "delivered", job.times().delivered());
    object.put("results", job.outbox().orElse(null));
    object.put("problem", job.problem().orElse(null));
    object.put("cancelled", job.orders().cancelled());
    object.put("approved", job.orders().approved());
    return object;
  }

  /** A job with its parts and what happened. */
  static ObjectNode whole(JobView view, List<Event> events) {
    ObjectNode object = job(view);
    object.set("parts", Json.array(view.parts(), JobJson::part));
    object.set("events", Json.array(events, JobJson::event));
    return object;
  }

  private static ObjectNode part(Part part) {
    ObjectNode object = Json.object();
    object.put("part", part.id().label());
    object.put("state", part.state().label());
    object.put("lane", part.lane().label());
    object.put("model", part.model());
    object.put("rows", part.size().rows());
    object.put("batch", part.state().batchId().orElse(null));
    ObjectNode seen = object.putObject("provider_says");
    seen.put("status", part.seen().status().isEmpty() ? null : part.seen().status());
    seen.put("completed", part.seen().completed()).put("failed", part.seen().failed());
    object.put("parked", !part.state().isFinal() && part.pause().parked());
    object.put("waits_for", part.pause().reason().orElse(null));
    return object;
  }

  private static ObjectNode event(Event event) {
    return Json.object()
        .put("at", event.at().toString())
        .put("part", event.part().map(PartId::label).orElse(null))
        .put("from", event.from().orElse(null))
        .put("to", event.to())
        .put("detail", event.detail());
  }
}
