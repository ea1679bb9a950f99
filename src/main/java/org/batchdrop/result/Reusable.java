package org.batchdrop.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.PartId;
import org.batchdrop.request.RequestKey;
import org.batchdrop.result.AnswerIndex.State;

/** The answers of a job that other jobs of its pipeline may keep. Confined to one thread. */
public final class Reusable {

  private static final byte[] HEAD =
      "{\"custom_id\":\"x\",\"response\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = ",\"error\":null}".getBytes(StandardCharsets.US_ASCII);

  private final ResultLine line;
  private final int[] start = new int[1];
  private final int[] end = new int[1];
  private final JsonScan response;

  /** Takes an answer. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Keeps the answer to a request.
     *
     * @param request its {@link RequestKey}
     * @param response the {@code response} of the answer's line, as JSON
     */
    void keep(byte[] request, byte[] response) throws IOException;
  }

  /** For answers that pass a check. */
  public Reusable(AnswerCheck check) {
    this.line = new ResultLine(List.of(), check);
    JsonPaths paths = new JsonPaths();
    paths.add("/response", 0);
    this.response = new JsonScan(paths, start, end);
  }

  /** Tells whether a response still is an answer, by what the pipeline says now. */
  public boolean isAnswer(byte[] kept) {
    byte[] whole = Arrays.copyOf(HEAD, HEAD.length + kept.length + END.length);
    System.arraycopy(kept, 0, whole, HEAD.length, kept.length);
    System.arraycopy(END, 0, whole, HEAD.length + kept.length, END.length);
    return line.read(whole, 0, whole.length) == ResultLine.Verdict.ANSWER;
  }

  /**
   * Hands over the answers that the last try of a slice brought.
   *
   * @param order as {@link Harvest#of} takes it
   * @throws IOException when a file can't be read, or the work shall stop
   */
  public void eachOf(Harvest.Order order, Sink sink, StopCheck stop) throws IOException {
    int last = order.tries().size() - 1;
    PartId first = order.tries().get(0).id();
    RequestKey key = new RequestKey();
    try (SliceAnswers answers =
            SliceAnswers.open(
                Harvest.slice(order), line, HeapShare.ofMachine(), new Problems(), stop);
        AnswerFile requests =
            AnswerFile.open(
                order.folder().requests(first), new HeapShare(0), SliceAnswers.longestLine())) {
      int[] slot = {0};
      requests.walk(
          (bytes, from, to, offset, number) -> {
            int row = slot[0]++;
            if (row % 4096 == 0) {
              stop.check();
            }
            if (answers.state(row) == State.ANSWERED && answers.generation(row) == last) {
              AnswerFile file = answers.line(row);
              int at = file.position();
              if (response.scan(file.bytes(), at, at + answers.length(row)) && start[0] >= 0) {
                sink.keep(
                    key.of(bytes, from, to), Arrays.copyOfRange(file.bytes(), start[0], end[0]));
              }
            }
          });
    }
  }
}
