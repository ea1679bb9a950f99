package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.RowFailure;
import org.jspecify.annotations.Nullable;

/** Writes the rows that will not be sent; the file exists only when there are any. */
final class UnsentRowsWriter implements Closeable {

  private static final int MOST_PROBLEMS = 20;

  private final Path target;
  private final List<InputRejected.Problem> problems = new ArrayList<>();
  private @Nullable NewFile file;
  private long count;

  UnsentRowsWriter(Path target) {
    this.target = target;
  }

  void write(RowFailure failure) throws IOException {
    NewFile open = file;
    if (open == null) {
      open = new NewFile(target);
      file = open;
    }
    String line =
        "{\"row\":%d,\"custom_id\":%s,\"location\":%s,\"code\":%s,\"message\":%s}\n"
            .formatted(
                failure.row(),
                BodyTemplate.quote(failure.customId()),
                BodyTemplate.quote(failure.location()),
                BodyTemplate.quote(failure.code()),
                BodyTemplate.quote(failure.message()));
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    open.write(bytes, 0, bytes.length);
    count++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(
          new InputRejected.Problem(failure.code(), failure.location(), failure.message()));
    }
  }

  long count() {
    return count;
  }

  /** The first failures. */
  List<InputRejected.Problem> problems() {
    return problems;
  }

  void publish() throws IOException {
    if (file != null) {
      file.publish();
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
