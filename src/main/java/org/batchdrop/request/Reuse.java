package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.PartId;
import org.jspecify.annotations.Nullable;

/**
 * Decides which rows of a job keep an answer that an earlier job got, and writes these answers as
 * the output of parts that nobody buys. Once decided for a job, it stays so: prepared again, with a
 * journal from a backup, the job has the same parts, whatever has been answered since. Confined to
 * one thread at a time.
 */
final class Reuse implements Closeable {

  private static final byte[] RESPONSE = ",\"response\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = ",\"error\":null}\n".getBytes(StandardCharsets.US_ASCII);

  private final JobFolder folder;
  private final KnownAnswers known;
  private final RequestKey key = new RequestKey();
  private final @Nullable RowRanges decided;
  private final @Nullable RowRangesWriter rows;
  private final Map<PartId, NewFile> outputs = new TreeMap<>();
  private byte @Nullable [] response;

  private Reuse(
      JobFolder folder,
      KnownAnswers known,
      @Nullable RowRanges decided,
      @Nullable RowRangesWriter rows) {
    this.folder = folder;
    this.known = known;
    this.decided = decided;
    this.rows = rows;
  }

  /** Begins with the first row. */
  static Reuse of(JobFolder folder, KnownAnswers known) throws IOException {
    Path decision = folder.reusedRows();
    return isDecided(folder)
        ? new Reuse(folder, known, RowRanges.read(decision), null)
        : new Reuse(folder, known, null, new RowRangesWriter(decision));
  }

  /** Tells whether an earlier run came to its end, so that its answers are here. */
  static boolean isDecided(JobFolder folder) throws IOException {
    return Tree.look(folder.reusedRows()).isPresent();
  }

  /**
   * Tells whether a row keeps an earlier answer; to be asked once a row, ascending.
   *
   * @param to exclusive
   */
  boolean takes(long row, byte[] line, int from, int to) throws IOException {
    if (decided != null) {
      return decided.slotOf(row) >= 0;
    }
    response = known.response(key.of(line, from, to));
    if (response == null || rows == null) {
      return false;
    }
    rows.add(row);
    return true;
  }

  /** Writes the answer of the row that was just taken. */
  void answer(PartId part) throws IOException {
    byte[] found = response;
    if (decided != null || found == null) {
      return;
    }
    NewFile out = outputs.get(part);
    if (out == null) {
      out = new NewFile(folder.output(part));
      outputs.put(part, out);
    }
    byte[] head = ("{\"id\":null,\"custom_id\":" + key.customId()).getBytes(StandardCharsets.UTF_8);
    out.write(head, 0, head.length);
    out.write(RESPONSE, 0, RESPONSE.length);
    out.write(found, 0, found.length);
    out.write(END, 0, END.length);
  }

  /** Completes the answers of a part. */
  void publish(PartId part) throws IOException {
    Optional<NewFile> file = Optional.ofNullable(outputs.remove(part));
    if (file.isPresent()) {
      try (NewFile out = file.get()) {
        out.publish();
      }
    }
  }

  /** Makes the decision last; all answers are on the disk then. */
  void publish() throws IOException {
    if (rows != null) {
      rows.publish();
    }
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
    }
    for (NewFile out : outputs.values()) {
      out.close();
    }
  }
}
