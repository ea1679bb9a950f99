package org.batchdrop.config;

import java.nio.file.Path;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;

/**
 * The folder that one daemon works in; paths only.
 *
 * @param root absolute
 */
public record Home(Path root) {

  public Home {
    root = root.toAbsolutePath().normalize();
  }

  /** The settings that a person wrote; may be absent. */
  public Path settings() {
    return root.resolve("application.properties");
  }

  /** The prices that a person wrote; may be absent. */
  public Path prices() {
    return root.resolve("prices.yaml");
  }

  /** The route files that override those in the jar; may be absent. */
  public Path routes() {
    return root.resolve("routes");
  }

  /** {@code pipelines/}. */
  public Path pipelines() {
    return root.resolve("pipelines");
  }

  /** Profiles that override or extend those in the jar; may be absent. */
  public Path providers() {
    return root.resolve("providers");
  }

  /** {@code inbox/}; holds one folder a pipeline. */
  public Path inbox() {
    return root.resolve("inbox");
  }

  /** {@code inbox/<pipeline>/}. */
  public Path inbox(String pipeline) {
    return inbox().resolve(pipeline);
  }

  /** {@code outbox/}. */
  public Path outbox() {
    return root.resolve("outbox");
  }

  /** {@code work/}; everything of the daemon's own. */
  public Path work() {
    return root.resolve("work");
  }

  /** {@code work/<job>/}. */
  public JobFolder job(JobId job) {
    return new JobFolder(work().resolve(job.value()));
  }

  /** The journal's file. */
  public Path journal() {
    return work().resolve("journal.db");
  }

  /** Locked while a daemon runs; holds its process id. */
  public Path lock() {
    return work().resolve("daemon.lock");
  }

  /** What people say about jobs, one small file each. */
  public Path orders() {
    return work().resolve("orders");
  }

  /** The answers that a pipeline's jobs got from a provider, for {@code reuse: true}. */
  public Path answers(String provider, String pipeline) {
    return work().resolve("reuse").resolve(provider).resolve(pipeline + ".db");
  }

  /** What the embedded sandbox keeps. */
  public Path sandbox() {
    return work().resolve("sandbox");
  }

  /** A path as it is shown to people: relative to the home where it is inside. */
  public String show(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(root) ? root.relativize(absolute).toString() : absolute.toString();
  }
}
