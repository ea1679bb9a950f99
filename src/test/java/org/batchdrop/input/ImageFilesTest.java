package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Intake;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {

  @TempDir private Path home;
  private ImageFiles files;

  @BeforeEach
  void makeFolders() throws IOException {
    write("set/data/t.csv", "a\n");
    write("set/data/near.png", "near");
    write("set/img/far.png", "far");
    write("pool/shared.png", "shared");
    write("secret.png", "secret");
    Path root = home.resolve("set");
    DroppedTable table = new DroppedTable(root.resolve("data/t.csv"), Optional.of(root), "data/");
    files = new ImageFiles(table, new Intake.Images(List.of(home.resolve("pool")), 100));
  }

  private void write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String read(String reference) throws IOException, ImageFiles.Refused {
    try (InputStream in = files.open(reference, "image")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String refusal(String reference) {
    return catchThrowableOfType(ImageFiles.Refused.class, () -> read(reference)).problem().code();
  }

  @ParameterizedTest
  @CsvSource({
    "near.png, near",
    "./near.png, near",
    "../img/far.png, far",
    "img/far.png, far",
    "img//x/../far.png, far",
    "shared.png, shared"
  })
  void imagesLieBesideTheTableInTheFolderOrInARoot(String reference, String content)
      throws Exception {
    assertThat(read(reference)).isEqualTo(content);
  }

  @Test
  void anAbsolutePathMustBeInsideOfARoot() throws Exception {
    assertThat(read(home.resolve("pool/shared.png").toString())).isEqualTo("shared");
    assertThat(refusal(home.resolve("secret.png").toString())).isEqualTo("unsafe_image");
    assertThat(refusal(home.resolve("pool/../secret.png").toString())).isEqualTo("unsafe_image");
    assertThat(refusal(home.resolve("set/img/far.png").toString())).isEqualTo("unsafe_image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../secret.png",
        "../../../../../../../../etc/passwd",
        "../../set2/x.png",
        "img"
      })
  void aPathThatLeadsOutOrToAFolderIsUnsafe(String reference) {
    assertThat(refusal(reference)).isEqualTo("unsafe_image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.png", "", " ", "img/none.png", "none/far.png", "a\u0000b"})
  void anImageThatIsNotThereIsMissing(String reference) {
    assertThat(refusal(reference)).isEqualTo("missing_image");
  }

  @Test
  void aNameThatNoFileCanHaveIsMissing() {
    assertThat(refusal("x".repeat(300) + ".png")).isEqualTo("missing_image");
  }

  @Test
  void linksAreNotFollowedWhereverTheyLead() throws Exception {
    Files.createSymbolicLink(home.resolve("set/data/link.png"), home.resolve("secret.png"));
    Files.createSymbolicLink(home.resolve("set/data/folder"), home.resolve("set/img"));

    assertThat(refusal("link.png")).isEqualTo("unsafe_image");
    assertThat(refusal("folder/far.png")).isEqualTo("unsafe_image");
  }

  @Test
  void aPipeIsNeverOpened() throws Exception {
    Path pipe = home.resolve("set/data/pipe.png");
    boolean made =
        Files.isExecutable(Path.of("/usr/bin/mkfifo"))
            && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor() == 0;
    assumeThat(made).isTrue();

    assertThat(refusal("pipe.png")).isEqualTo("unsafe_image");
  }

  @Test
  void aTableAloneHasNoImagesButThoseOfTheRoots() {
    DroppedTable alone = new DroppedTable(home.resolve("t.csv"), Optional.empty(), "");
    files = new ImageFiles(alone, Intake.Images.DROPPED);

    assertThat(refusal("secret.png")).isEqualTo("missing_image");
  }

  @ParameterizedTest
  @CsvSource({
    "89504e470d0a1a0a00000000, image/png",
    "ffd8ffe0, image/jpeg",
    "474946383961, image/gif",
    "524946460000000057454250, image/webp",
    "524946460000000057415645, ",
    "255044462d312e34, ",
    "8950, "
  })
  void theTypeIsToldByTheFirstBytes(String hex, String type) {
    byte[] head = java.util.HexFormat.of().parseHex(hex);

    assertThat(ImageFiles.type(head, head.length)).isEqualTo(type);
  }

  @Test
  void addressesAreLinks() {
    assertThat(List.of("http://a/b.png", "HTTPS://a/b.png")).allMatch(ImageFiles::isLink);
    assertThat(List.of("https:/a", "ftp://a", "a.png", "")).noneMatch(ImageFiles::isLink);
  }
}
