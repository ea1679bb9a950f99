package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Intake;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.batchdrop.job.RowSelection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that name images, out of folders and archives. */
class ImagePreparationTest {

  private static final JobId JOB = new JobId("20240501-120000-t-3fa9c1");
  private static final InputFormat CSV = new InputFormat.Csv(Optional.empty(), Optional.empty());
  private static final String BODY =
      "{model: m, t: '{{text}}', i: '{{image:data-url}}', j: '{{other:data-url}}'}";
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 1, 2};
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 7};
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path home;
  private JobFolder folder;
  private Path set;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new JobFolder(home.resolve("work"));
    set = folder.input().resolve("set");
    Files.createDirectories(set.resolve("img"));
    Files.write(set.resolve("img/a.png"), PNG);
    Files.write(set.resolve("b.jpg"), JPEG);
  }

  private Prepared prepare(InputFormat format, Path input, Intake intake, long longest)
      throws IOException, InputRejected {
    Pipeline pipeline = Yaml.pipeline(format, BODY).with(intake);
    PartLimits limits = new PartLimits(100, 1 << 30, longest);
    List<String> endpoints = List.of("/v1/chat/completions");
    return new Preparation(JOB, folder, pipeline, limits, endpoints, () -> false, 2, 0, 64)
        .run(input);
  }

  private Prepared prepare(String table) throws IOException, InputRejected {
    Files.writeString(set.resolve("t.csv"), table);
    return prepare(CSV, set, Intake.ALL, 1 << 20);
  }

  private JsonNode body(int line) throws IOException {
    Path file = folder.requests(new PartId(JOB, 1, 1));
    return JSON.readTree(Files.readAllLines(file).get(line)).get("body");
  }

  private List<RowFailure> unsent() throws IOException {
    List<RowFailure> rows = new ArrayList<>();
    try (UnsentRows unsent = UnsentRows.open(folder.unsentRows())) {
      unsent.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static String url(String type, byte[] bytes) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void severalImagesOfARowAreSentInside() throws Exception {
    Prepared prepared =
        prepare(
            "text,image,other\n\"a \"\"q\"\"\",img/a.png,b.jpg\nc,\"b.jpg\",https://x/y?\"z\"\n");

    assertThat(prepared.unsent()).isZero();
    assertThat(body(0).get("t").asText()).isEqualTo("a \"q\"");
    assertThat(body(0).get("i").asText()).isEqualTo(url("image/png", PNG));
    assertThat(body(0).get("j").asText()).isEqualTo(url("image/jpeg", JPEG));
    assertThat(body(1).get("i").asText()).isEqualTo(url("image/jpeg", JPEG));
    assertThat(body(1).get("j").asText()).isEqualTo("https://x/y?\"z\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 49_151, 49_152, 49_153, 98_304, 200_000})
  void blocksJoinToTheBase64OfTheWhole(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    System.arraycopy(PNG, 0, bytes, 0, 8);
    Files.write(set.resolve("big.png"), bytes);
    prepare("text,image,other\na,big.png,big.png\n");

    assertThat(body(0).get("i").asText()).isEqualTo(url("image/png", bytes));
    assertThat(body(0).get("j").asText()).isEqualTo(url("image/png", bytes));
  }

  @Test
  void eachBadImageFailsItsRowAlone() throws Exception {
    Files.writeString(set.resolve("text.png"), "no image");
    Files.write(set.resolve("empty.png"), new byte[0]);
    Files.write(set.resolve("big.png"), java.util.Arrays.copyOf(PNG, 101));
    Files.writeString(
        set.resolve("t.csv"),
        """
        text,image,other
        1,none.png,b.jpg
        2,b.jpg,../../x.png
        3,text.png,b.jpg
        4,big.png,b.jpg
        5,empty.png,b.jpg
        6,b.jpg,img/a.png
        """);
    Prepared prepared =
        prepare(CSV, set, new Intake(RowSelection.ALL, new Intake.Images(List.of(), 100)), 1 << 20);

    assertThat(prepared.rows()).isEqualTo(6);
    assertThat(unsent())
        .extracting(RowFailure::code)
        .containsExactly(
            "missing_image", "unsafe_image", "not_an_image", "image_too_large", "not_an_image");
    assertThat(unsent().get(1).location()).isEqualTo("line 3");
    assertThat(unsent().get(1).message()).startsWith("line 3 names an image in field 'other'");
    assertThat(body(0).get("t").asText()).isEqualTo("6");
  }

  @Test
  void theLimitOfALineHoldsExactly() throws Exception {
    prepare("text,image,other\na,img/a.png,b.jpg\n");
    long exact = Files.size(folder.requests(new PartId(JOB, 1, 1)));

    assertThat(prepare(CSV, set, Intake.ALL, exact).unsent()).isZero();
    InputRejected rejected =
        catchThrowableOfType(InputRejected.class, () -> prepare(CSV, set, Intake.ALL, exact - 1));
    assertThat(rejected.problems().get(0).code()).isEqualTo("line_too_long");
  }

  @Test
  void imagesOfJsonLinesAreFoundInARoot() throws Exception {
    Path pool = Files.createDirectories(home.resolve("pool"));
    Files.write(pool.resolve("\u00e9.png"), PNG);
    Path lines = folder.input().resolve("rows.jsonl");
    Files.writeString(
        lines,
        """
        {"text":1,"image":"\\u00e9.png","other":"http:\\/\\/x"}
        {"text":"b","image":null,"other":"\\u00e9.png"}
        """,
        StandardCharsets.UTF_8);
    Intake intake = new Intake(RowSelection.ALL, new Intake.Images(List.of(pool), 1000));
    prepare(new InputFormat.JsonLines(), lines, intake, 1 << 20);

    assertThat(body(0).get("t").asText()).isEqualTo("1");
    assertThat(body(0).get("i").asText()).isEqualTo(url("image/png", PNG));
    assertThat(body(0).get("j").asText()).isEqualTo("http://x");
    assertThat(unsent()).extracting(RowFailure::code).containsExactly("missing_image");
  }

  @Test
  void anArchiveHoldsATableAndItsImages() throws Exception {
    Path zip = folder.input().resolve("set.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream archive = new ZipOutputStream(out)) {
      add(
          archive,
          "top/t.csv",
          "text,image,other\na,img/a.png,top/img/a.png\n".getBytes(StandardCharsets.UTF_8));
      add(archive, "top/img/a.png", PNG);
    }
    assertThat(prepare(CSV, zip, Intake.ALL, 1 << 20).unsent()).isZero();
    assertThat(body(0).get("i").asText()).isEqualTo(url("image/png", PNG));
    assertThat(body(0).get("j").asText()).isEqualTo(url("image/png", PNG));
  }

  private static void add(ZipOutputStream archive, String name, byte[] bytes) throws IOException {
    archive.putNextEntry(new ZipEntry(name));
    archive.write(bytes);
    archive.closeEntry();
  }

  @Test
  void aFolderWithoutOneTableIsRejected() throws Exception {
    InputRejected none =
        catchThrowableOfType(InputRejected.class, () -> prepare(CSV, set, Intake.ALL, 1 << 20));
    assertThat(none.problems().get(0).code()).isEqualTo("no_table");
    Files.writeString(set.resolve("u.CSV"), "text,image,other\n");
    InputRejected two =
        catchThrowableOfType(InputRejected.class, () -> prepare("text,image,other\n"));
    assertThat(two.problems().get(0).code()).isEqualTo("several_tables");
  }
}
