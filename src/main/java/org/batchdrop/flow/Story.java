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
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.Printable;
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

  private final Logger log;
  private final Set<String> toldOnce = ConcurrentHashMap.newKeySet();

  /** Tells the log. */
  public Story() {
    this(LOG);
  }

  Story(Logger log) {
    this.log = log;
  }

  /** The daemon watches the inbox. */
  public void ready(String home, int pipelines) {
    log.info("ready: watching {} ({} pipelines); stop with Ctrl-C", clean(home), pipelines);
  }

  /** The daemon ends as it was asked to. */
  public void stopped() {
    log.info("stopped; what is under way goes on with the next start");
  }

  /** A pipeline can't buy anything yet. */
  public void keyMissing(String pipeline, String message) {
    log.warn("pipeline {} will reject what is dropped: {}", pipeline, clean(message));
  }

  /** An input was claimed. */
  public void received(Job job) {
    log.info(
        "{}  received '{}' ({}) for pipeline {}",
        job.id(),
        clean(job.inputName()),
        Units.showSize(job.inputBytes()),
        job.pipeline());
  }

  /** An input became parts. */
  public void prepared(Job job, Duration took, Optional<Money> estimate) {
    Job.Totals totals = job.totals();
    log.info(
        "{}  prepared {} in {} for {}{}{} ({})",
        job.id(),
        count(totals.rows(), "row"),
        count(totals.parts(), "part"),
        job.provider(),
        totals.unsent() == 0 ? "" : ", " + count(totals.unsent(), "row") + " can't be sent",
        estimate.map(money -> ", at most about " + money.show()).orElse(""),
        Units.showDuration(took));
  }

  /** Something that a person may want to know of a job. */
  public void note(JobId id, String what) {
    log.info("{}  {}", id, clean(what));
  }

  /** An input can't become requests. */
  public void refused(Job job) {
    log.warn("{}  rejected: {}", job.id(), clean(job.problem().orElse("")));
  }

  /** A batch was created, or found again. */
  public void live(Part part, String batchId, boolean found) {
    log.info(
        "{}  {} {} {} as {}",
        part.id().job(),
        part.id().label(),
        found ? "found again:" : "submitted:",
        count(part.size().rows(), "row"),
        clean(batchId));
  }

  /** A batch ended. */
  public void ended(Part part, String status) {
    log.info(
        "{}  {} {} at the provider ({} answered, {} failed)",
        part.id().job(),
        part.id().label(),
        status,
        part.seen().completed(),
        part.seen().failed());
  }

  /** The rows of a part were asked for, one by one. */
  public void asked(Part part, int rows) {
    log.info(
        "{}  {} asked for {} of {}",
        part.id().job(),
        part.id().label(),
        rows,
        count(part.size().rows(), "row"));
  }

  /** A step has to wait. The same line is told once until it changes. */
  public void waiting(PartId part, String reason, Instant until) {
    if (toldOnce.add(part + reason)) {
      log.warn(
          "{}  {} waits: {}; next try {}",
          part.job(),
          part.label(),
          clean(reason),
          TIME.format(until));
    }
    forgetSome();
  }

  /** A part stops until a person resolves the reason; told once for a job. */
  public void parked(PartId part, String reason) {
    if (toldOnce.add("parked " + part.job() + reason)) {
      log.error(
          "{}  parked: {}", part.job(), clean(reason.replace(" JOB", " " + part.job().suffix())));
    }
    forgetSome();
  }

  /** An account stops until a person has done something. */
  public void accountParked(String provider, String reason) {
    log.error(
        "provider {}: nothing more is bought until this is resolved: {}", provider, clean(reason));
  }

  /** An account works again. */
  public void accountReleased(String provider) {
    log.info("provider {} works again; what waited goes on", provider);
  }

  /** A batch carries a submission key of Batchdrop's that this home does not know. */
  public void stray(String provider, String batch, String key) {
    if (toldOnce.add("stray " + provider)) {
      log.warn(
          "provider {} has batches of Batchdrop's that this home does not know, as {} of {}:"
              + " another home's, or a lost journal's; 'batchdrop fsck' lists them",
          provider,
          clean(batch),
          clean(key));
    }
  }

  /** Rows without an answer are tried again. */
  public void again(Part next, String status) {
    log.info(
        "{}  {} of a batch that {} go into {}",
        next.id().job(),
        count(next.size().rows(), "row"),
        status.isEmpty() ? "ended" : "is " + clean(status),
        next.id().label());
  }

  /** A batch is cancelled because its job's time is over. */
  public void late(PartId part) {
    log.info(
        "{}  {} is late for finish-by: its batch is cancelled, the rest is asked for one by one",
        part.job(),
        part.label());
  }

  /** A batch is not finished although its window is over. */
  public void overdue(Part part, String status) {
    if (toldOnce.add("overdue " + part.id())) {
      log.warn(
          "{}  {} is still {} an hour after its completion window; it is not bought again while it"
              + " lives",
          part.id().job(),
          part.id().label(),
          clean(status));
    }
    forgetSome();
  }

  /** Results that were paid will soon be gone at the provider. */
  public void agingOut(Part part, Instant gone, String why) {
    if (toldOnce.add("aging " + part.id())) {
      log.error(
          "{}  the results of {} are kept at the provider until {} only, and {}",
          part.id().job(),
          part.id().label(),
          gone,
          clean(why));
    }
    forgetSome();
  }

  /** A person said something about a job. */
  public void ordered(JobId job, String verb) {
    log.info("{}  order: {}", job, verb);
  }

  /** A file among the orders is none. */
  public void strangeOrder(String name) {
    log.warn("work/orders/{} was no order of a job that is known; it is removed", clean(name));
  }

  /** A part ended without a batch. */
  public void unbought(PartId part, String code, String message) {
    log.warn("{}  {} was not bought: {}: {}", part.job(), part.label(), code, clean(message));
  }

  /** Results were published. */
  public void delivered(Job job) {
    Job.Totals totals = job.totals();
    Duration took =
        Duration.between(
            job.times().received(), job.times().delivered().orElse(job.times().received()));
    log.info(
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
    log.info("{}  the reasons and the input are in {}", job.id(), job.outbox().orElse(""));
  }

  /** Answers that were kept for other jobs are lost; no job waits for them. */
  public void damaged(JobId job, String what) {
    log.warn("{}  {}", job, clean(what));
  }

  /** Answers can't be kept for other jobs. */
  public void notKept(JobId job, String why) {
    log.error("{}  its answers can't be kept for other jobs: {}", job, clean(why));
  }

  /**
   * A step failed for a reason of this machine, and is tried again.
   *
   * @return whether this was news
   */
  public boolean troubled(String what, String reason) {
    boolean isNews = toldOnce.add(what + reason);
    if (isNews) {
      log.error("{}  {}; it is tried again", clean(what), clean(reason));
    }
    forgetSome();
    return isNews;
  }

  /** An entry of the inbox belongs to no pipeline. */
  public void noPipeline(String entry, String expected) {
    if (toldOnce.add("inbox " + entry)) {
      log.warn("inbox/{} stays where it is: {}", clean(entry), clean(expected));
    }
  }

  /** Something at the provider needs a person. */
  public void alert(JobId job, String message) {
    log.error("{}  {}", job, clean(message));
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
    return Printable.line(text);
  }
}
