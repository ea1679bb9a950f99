package org.batchdrop.request;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.batchdrop.input.RowProblem;
import org.batchdrop.input.RowReader;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.jspecify.annotations.Nullable;

/** The rows of any reader, through a template. */
final class TemplateBlocks implements BlockSource {

  private final RowReader reader;
  private final LineTemplate template;
  private final StopCheck stop;

  TemplateBlocks(RowReader reader, LineTemplate template, StopCheck stop) {
    this.reader = reader;
    this.template = template;
    this.stop = stop;
  }

  @Override
  public boolean fill(Block block) throws IOException, InputRejected {
    stop.check();
    while (!block.isFull()) {
      if (!reader.next()) {
        break;
      }
      RowProblem problem = reader.problem();
      if (problem == null) {
        problem = append(block);
      }
      if (problem == null) {
        block.endRow(0);
      } else {
        block.fail(new Block.Failure(0, reader.location(), null, problem));
      }
    }
    return block.rows() > 0;
  }

  private @Nullable RowProblem append(Block block) throws IOException {
    try {
      return template.append(reader.fields(), block.lines);
    } catch (UncheckedIOException e) {
      throw new IOException("an image can't be read: " + e.getMessage(), e);
    }
  }
}
