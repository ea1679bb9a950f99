package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.batchdrop.config.Pipeline.Embeddings;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingResultsTest {

  private static final String FAILED = "";

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  /** Writes one row for each value of {@code data}; {@link #FAILED}: the row has no answer. */
  private Path write(Embeddings form, String... data) throws IOException {
    ResultLine line = new ResultLine(EmbeddingResults.POINTERS);
    try (EmbeddingResults results = EmbeddingResults.make(folder, form, data.length, 0, problems)) {
      for (int i = 0; i < data.length; i++) {
        if (data[i].equals(FAILED)) {
          results.failed(i + 1L, Reason.MISSING);
          continue;
        }
        byte[] bytes =
            ("{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"data\":["
                    + data[i]
                    + "]}}}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(line.read(bytes, 0, bytes.length)).isEqualTo(ResultLine.Verdict.ANSWER);
        results.answered(i + 1L, line);
      }
    }
    return folder.resolve("embeddings." + form.label());
  }

  private static String vector(String value) {
    return "{\"embedding\":" + value + ",\"index\":0}";
  }

  private static String base64(float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return vector('"' + Base64.getEncoder().encodeToString(bytes.array()) + '"');
  }

  @Test
  void writesMatrixInRowOrder() throws IOException {
    Path file =
        write(
            Embeddings.NPY,
            FAILED,
            vector("[0.5, -2e-1]"),
            base64(3f, 4f),
            vector("[1]"),
            FAILED,
            vector("[1,2]") + "," + vector("[3,4]"),
            vector("null"));

    Npy npy = Npy.read(file);
    float nan = Float.NaN;
    assertThat(npy.rows()).isEqualTo(7);
    assertThat(npy.columns()).isEqualTo(2);
    assertThat(npy.values())
        .containsExactly(nan, nan, 0.5f, -0.2f, 3f, 4f, nan, nan, nan, nan, nan, nan, nan, nan);
    assertThat(problems.kept())
        .extracting(problem -> problem.code() + " " + problem.location())
        .containsExactly(
            "embedding_length row 4, 1 instead of 2",
            "several_embeddings row 6",
            "embedding_missing row 7");
  }

  @Test
  void writesEmptyMatrixWhenNoRowHasOne() throws IOException {
    Npy npy = Npy.read(write(Embeddings.NPY, FAILED, FAILED));

    assertThat(npy.rows()).isEqualTo(2);
    assertThat(npy.columns()).isZero();
  }

  @Test
  void writesTableWithTheDigitsThatCame() throws IOException {
    assertThat(write(Embeddings.CSV, FAILED, vector("[ 0.10,\t-3E2 ]"), base64(1.5f, 0.1f), FAILED))
        .hasContent("row,v1,v2\n1,,\n2,0.10,-3E2\n3,1.5,0.1\n4,,\n");
  }

  @Test
  void writesLines() throws IOException {
    Path file = write(Embeddings.JSONL, FAILED, vector("[ 0.10, 2 ]"), base64(1.5f, 0.1f));

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"row\":1,\"embedding\":null}",
            "{\"row\":2,\"embedding\":[0.10,2]}",
            "{\"row\":3,\"embedding\":[1.5,0.1]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "[1,null]", "[1,\"2\"]", "[[1]]", "\"\"", "\"AAAA\"", "\"%%%%\"", "3", "{}"})
  void refusesWhatIsNoVector(String value) throws IOException {
    assertThat(write(Embeddings.JSONL, vector(value)))
        .hasContent("{\"row\":1,\"embedding\":null}\n");
    assertThat(problems.count(Problems.Kind.EMBEDDING_MISSING)).isEqualTo(1);
  }

  @Property(tries = 2000)
  void readsNumbersAsTheJdkDoes(@ForAll long seed) {
    Random random = new Random(seed);
    String text =
        switch (random.nextInt(5)) {
          case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
          case 1 -> Float.toString(random.nextFloat() - 0.5f);
          case 2 -> Double.toString(random.nextGaussian());
          case 3 ->
              random.nextLong() + "." + random.nextInt(1 << 20) + "e" + (random.nextInt(700) - 350);
          default -> random.nextInt(2000) - 1000 + "E+" + random.nextInt(30);
        };
    if (text.contains("N") || text.contains("I")) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

    assertThat(VectorReader.number(bytes, 0, bytes.length)).isEqualTo(Double.parseDouble(text));
  }

  /** A reader of its own for what numpy.load reads. */
  private record Npy(int rows, int columns, List<Float> values) {

    static Npy read(Path file) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] magic = new byte[8];
      bytes.get(magic);
      assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
      byte[] header = new byte[bytes.getShort()];
      bytes.get(header);
      assertThat(bytes.position() % 64).isZero();
      String text = new String(header, StandardCharsets.US_ASCII);
      assertThat(text).endsWith("\n").contains("'descr': '<f4'", "'fortran_order': False");
      String[] shape = text.replaceAll(".*'shape': \\((\\d+), (\\d+)\\).*\\n", "$1 $2").split(" ");
      List<Float> values = new ArrayList<>();
      while (bytes.hasRemaining()) {
        values.add(bytes.getFloat());
      }
      Npy npy = new Npy(Integer.parseInt(shape[0]), Integer.parseInt(shape[1]), values);
      assertThat(values).hasSize(npy.rows * npy.columns);
      return npy;
    }
  }
}
