package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.batchdrop.input.RequestLinesReader;
import org.batchdrop.input.RowProblem;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;

/**
 * Ready-made lines as they are, without a wish for a stream, grouped by what a batch has only one
 * of.
 */
final class RequestLineBlocks implements BlockSource, Closeable {

  private static final int MOST_GROUPS = 32;

  private final RequestLinesReader reader;
  private final long longest;
  private final StopCheck stop;
  private final List<Group> groups = new ArrayList<>();
  private long destreamed;

  RequestLineBlocks(RequestLinesReader reader, long longest, StopCheck stop) {
    this.reader = reader;
    this.longest = longest;
    this.stop = stop;
  }

  /** The groups so far, in order of their first line; grows while blocks are filled. */
  List<Group> groups() {
    return Collections.unmodifiableList(groups);
  }

  @Override
  public boolean fill(Block block) throws IOException, InputRejected {
    stop.check();
    while (!block.isFull()) {
      if (!reader.next()) {
        break;
      }
      RowProblem problem = reader.problem();
      long length = reader.end() - reader.start() + 1L;
      int cuts = problem == null ? reader.cuts() : 0;
      for (int i = 0; i < cuts; i++) {
        length -= reader.cutEnd(i) - reader.cutStart(i);
      }
      if (problem == null && length > longest) {
        problem =
            new RowProblem(
                "line_too_long", "has " + length + " bytes; expected at most " + longest);
      }
      if (problem != null) {
        block.fail(new Block.Failure(0, reader.location(), reader.customId(), problem));
        continue;
      }
      append(block, cuts);
      block.lines.bytes[block.lines.length++] = '\n';
      block.endRow(group());
    }
    return block.rows() > 0;
  }

  private void append(Block block, int cuts) {
    int from = reader.start();
    for (int i = 0; i < cuts; i++) {
      block.lines.append(reader.bytes(), from, reader.cutStart(i));
      from = reader.cutEnd(i);
    }
    block.lines.append(reader.bytes(), from, reader.end());
    destreamed += cuts > 0 ? 1 : 0;
  }

  /** How many lines so far had a {@code stream} or {@code stream_options}, now taken out. */
  long destreamed() {
    return destreamed;
  }

  private int group() throws InputRejected {
    Group wanted = new Group(reader.url(), reader.model(), reader.thinking());
    int known = groups.indexOf(wanted);
    if (known >= 0) {
      return known;
    }
    if (groups.size() == MOST_GROUPS) {
      throw new InputRejected(
          "too_many_groups",
          reader.location(),
          "the lines need more than "
              + MOST_GROUPS
              + " batches side by side, one for each url, model and enable_thinking;"
              + " expected fewer kinds; split the file");
    }
    groups.add(wanted);
    return groups.size() - 1;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
