package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchdrop.config.Units;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what happens to their files: one plain line for each step of a job. Names that came
 * from outside are shown without control characters.
 */
public final class Story {

  private static final Logger LOG = LoggerFactory.getLogger("batchdrop.story");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Set<String> toldOnce = ConcurrentHashMap.newKeySet();

  /** The daemon watches the inbox. */
  public void ready(String home, int pipelines) {
    LOG.info("ready: watching {} ({} pipelines); stop with Ctrl-C", clean(home), pipelines);
  }

  /** A pipeline can't buy anything yet. */
  public void keyMissing(String pipeline, String message) {
    LOG.warn("pipeline {} will reject what is dropped: {}", pipeline, clean(message));
  }

  /** An input was claimed. */
  public void received(Job job) {
    LOG.info(
        "{}  received '{}' ({}) for pipeline {}",
        job.id(),
        clean(job.inputName()),
        Units.showSize(job.inputBytes()),
        job.pipeline());
  }

  /** An input became parts. */
  public void prepared(Job job, Duration took) {
    Job.Totals totals = job.totals();
    LOG.info(
        "{}  prepared {} in {} for {}{} ({})",
        job.id(),
        count(totals.rows(), "row"),
        count(totals.parts(), "part"),
        job.provider(),
        totals.unsent() == 0 ? "" : ", " + count(totals.unsent(), "row") + " can't be sent",
        Units.showDuration(took));
  }

  /** An input can't become requests. */
  public void refused(Job job) {
    LOG.warn("{}  rejected: {}", job.id(), clean(job.problem().orElse("")));
  }

  /** A batch was created, or found again. */
  public void live(Part part, String batchId, boolean found) {
    LOG.info(
        "{}  {} {} {} as {}",
        part.id().job(),
        part.id().label(),
        found ? "found again:" : "submitted:",
        count(part.size().rows(), "row"),
        clean(batchId));
  }

  /** A batch ended. */
  public void ended(Part part, String status) {
    LOG.info(
        "{}  {} {} at the provider ({} answered, {} failed)",
        part.id().job(),
        part.id().label(),
        status,
        part.seen().completed(),
        part.seen().failed());
  }

  /** A step has to wait. The same line is told once until it changes. */
  public void waiting(PartId part, String reason, Instant until) {
    if (toldOnce.add(part + reason)) {
      LOG.warn(
          "{}  {} waits: {}; next try {}",
          part.job(),
          part.label(),
          clean(reason),
          TIME.format(until));
    }
    forgetSome();
  }

  /** A part ended without a batch. */
  public void unbought(PartId part, String code, String message) {
    LOG.warn("{}  {} was not bought: {}: {}", part.job(), part.label(), code, clean(message));
  }

  /** Results were published. */
  public void delivered(Job job) {
    Job.Totals totals = job.totals();
    Duration took =
        Duration.between(
            job.times().received(), job.times().delivered().orElse(job.times().received()));
    LOG.info(
        "{}  delivered {}: {} answered, {} failed, after {} -> {}",
        job.id(),
        count(totals.rows(), "row"),
        number(totals.answered()),
        number(totals.failed()),
        Units.showDuration(took),
        job.outbox().orElse(""));
  }

  /** A rejected input was published. */
  public void rejected(Job job) {
    LOG.info("{}  the reasons and the input are in {}", job.id(), job.outbox().orElse(""));
  }

  /**
   * A step failed for a reason of this machine, and is tried again.
   *
   * @return whether this was news
   */
  public boolean troubled(String what, String reason) {
    boolean isNews = toldOnce.add(what + reason);
    if (isNews) {
      LOG.error("{}  {}; it is tried again", clean(what), clean(reason));
    }
    forgetSome();
    return isNews;
  }

  /** An entry of the inbox belongs to no pipeline. */
  public void noPipeline(String entry, String expected) {
    if (toldOnce.add("inbox " + entry)) {
      LOG.warn("inbox/{} stays where it is: {}", clean(entry), clean(expected));
    }
  }

  /** Something at the provider needs a person. */
  public void alert(JobId job, String message) {
    LOG.error("{}  {}", job, clean(message));
  }

  private void forgetSome() {
    if (toldOnce.size() > 10_000) {
      toldOnce.clear();
    }
  }

  private static String count(long number, String noun) {
    return number(number) + " " + noun + (number == 1 ? "" : "s");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A text in one line without control or direction characters. */
  static String clean(String text) {
    return Optional.of(text).map(t -> t.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ")).orElse("");
  }
}
