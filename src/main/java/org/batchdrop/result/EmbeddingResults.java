package org.batchdrop.result;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchdrop.config.Pipeline.Embeddings;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Problems.Kind;

/**
 * Writes {@code embeddings.npy}, {@code .csv} or {@code .jsonl}: one vector for each row of the
 * input, in input order. The first vector says how long all are; a row without an answer, or whose
 * answer is not one vector of that length, has an empty one: NaN in NPY, empty fields in CSV, null
 * in JSON.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NPY</a>
 */
final class EmbeddingResults implements RowResults {

  /** The vector, and a second one that must not be there. */
  static final List<String> POINTERS = List.of("/data/0/embedding", "/data/1");

  private static final int HEADER = 128;
  private static final int UNKNOWN = -1;

  private final OutputFile out;
  private final Embeddings form;
  private final long rows;
  private final int first;
  private final Problems problems;
  private final VectorReader vector = new VectorReader();
  private int length = UNKNOWN;
  private long waiting;
  private byte[] floats = {};
  private byte[] nothing = {};

  private EmbeddingResults(
      OutputFile out, Embeddings form, long rows, int first, Problems problems) {
    this.out = out;
    this.form = form;
    this.rows = rows;
    this.first = first;
    this.problems = problems;
  }

  /**
   * Makes the file.
   *
   * @param rows how many there will be
   * @param first the place of {@link #POINTERS} among the wanted values
   */
  static EmbeddingResults make(
      Path folder, Embeddings form, long rows, int first, Problems problems) throws IOException {
    Path file = folder.resolve("embeddings." + form.label());
    return new EmbeddingResults(OutputFile.create(file), form, rows, first, problems);
  }

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void answered(long row, RowValues values) throws IOException {
    int start = values.valueStart(first);
    int found =
        start < 0 ? VectorReader.NONE : vector.read(values.values(), start, values.valueEnd(first));
    if (values.valueStart(first + 1) >= 0) {
      problems.add(Kind.SEVERAL_EMBEDDINGS, "row " + row);
      putNothing(row);
    } else if (found < 0) {
      problems.add(Kind.EMBEDDING_MISSING, "row " + row);
      putNothing(row);
    } else if (length >= 0 && found != length) {
      problems.add(Kind.EMBEDDING_LENGTH, "row " + row + ", " + found + " instead of " + length);
      putNothing(row);
    } else {
      begin(found);
      put(row);
    }
  }

  @Override
  public void failed(long row, Reason reason) throws IOException {
    putNothing(row);
  }

  /** Writes what had to wait for the length. */
  private void begin(int found) throws IOException {
    if (length >= 0) {
      return;
    }
    length = found;
    floats = new byte[Math.multiplyExact(found, Float.BYTES)];
    ByteBuffer empty = ByteBuffer.allocate(floats.length).order(ByteOrder.LITTLE_ENDIAN);
    while (empty.hasRemaining()) {
      empty.putFloat(Float.NaN);
    }
    nothing = form == Embeddings.NPY ? empty.array() : commas(found);
    if (form == Embeddings.NPY) {
      out.put(header(rows, found));
    } else if (form == Embeddings.CSV) {
      out.put(ascii("row"));
      for (int i = 1; i <= found; i++) {
        out.put(ascii(",v" + i));
      }
      out.put('\n');
    }
    // Rows come in order, so those that wait are the first ones.
    for (long row = 1; row <= waiting; row++) {
      putNothing(row);
    }
  }

  private static byte[] commas(int count) {
    byte[] commas = new byte[count];
    Arrays.fill(commas, (byte) ',');
    return commas;
  }

  private static byte[] header(long rows, int length) {
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }",
            rows,
            length);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put(ascii("NUMPY")).put((byte) 1).put((byte) 0);
    header.putShort((short) (HEADER - header.position() - Short.BYTES));
    header.put(ascii(dictionary));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void put(long row) throws IOException {
    switch (form) {
      case NPY -> {
        ByteBuffer.wrap(floats)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .put(vector.numbers(), 0, length);
        out.put(floats);
      }
      case CSV -> {
        out.put(ascii(row + ","));
        vector.put(out);
        out.put('\n');
      }
      case JSONL -> {
        out.put(ascii("{\"row\":" + row + ",\"embedding\":["));
        vector.put(out);
        out.put(ascii("]}\n"));
      }
    }
  }

  private void putNothing(long row) throws IOException {
    if (form == Embeddings.JSONL) {
      out.put(ascii("{\"row\":" + row + ",\"embedding\":null}\n"));
    } else if (length < 0) {
      waiting++;
    } else if (form == Embeddings.CSV) {
      out.put(ascii(Long.toString(row)));
      out.put(nothing);
      out.put('\n');
    } else {
      out.put(nothing);
    }
  }

  @Override
  public void close() throws IOException {
    try (out) {
      begin(0);
    }
  }
}
