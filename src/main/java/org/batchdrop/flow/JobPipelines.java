package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.RowOrder;
import org.jspecify.annotations.Nullable;

/** The pipeline of a job as it was when its input was claimed. */
final class JobPipelines {

  private final Home home;
  private volatile @Nullable Known known;

  /** The last text that was read, and what it says. */
  private record Known(String name, String text, Pipeline pipeline) {}

  /**
   * What was said about the rows of a job.
   *
   * @throws IOException when that can't be read; without it other rows would be bought
   */
  static RowOrder rowOrder(JobFolder folder) throws IOException {
    if (Tree.look(folder.rowOrder()).isEmpty()) {
      return RowOrder.NONE;
    }
    return RowOrder.read(Files.readString(folder.rowOrder()))
        .orElseThrow(() -> new IOException(folder.rowOrder() + " says nothing of rows"));
  }

  /** A pipeline with the rows that one job has. */
  static Pipeline of(Pipeline pipeline, RowOrder order) {
    return pipeline.with(pipeline.intake().with(order.applyTo(pipeline.intake().rows())));
  }

  JobPipelines(Home home) {
    this.home = home;
  }

  /**
   * Reads a job's own copy of its pipeline.
   *
   * @throws IOException when it can't be read
   * @throws IllegalStateException when it is not valid, although it was when the job was prepared
   */
  Pipeline of(Job job) throws IOException {
    return of(plain(job), rowOrder(home.job(job.id())));
  }

  private Pipeline plain(Job job) throws IOException {
    String text = Files.readString(home.job(job.id()).pipeline());
    Known last = known;
    if (last != null && last.name().equals(job.pipeline()) && last.text().equals(text)) {
      return last.pipeline();
    }
    Problems problems = new Problems();
    Pipeline pipeline =
        PipelineFile.read(job.pipeline(), "pipeline.yaml", text, problems)
            .orElseThrow(() -> new IllegalStateException(problems.all().get(0).toString()));
    known = new Known(job.pipeline(), text, pipeline);
    return pipeline;
  }
}
