package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.batchdrop.job.InputRejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

  private static final ArchiveLimits SMALL =
      new ArchiveLimits(5, 4_000_000, 2_000_000, 100, 1000, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/x",
        "..\\x",
        "a\\b",
        "C:/x",
        "c:x",
        "a/\u0001b",
        "a/..",
        "."
      })
  void namesThatLeadElsewhereAreRefused(String name) throws Exception {
    assertThat(rejection(zip(name), SMALL).code()).isEqualTo("unsafe_archive");
    assertThat(rejection(tar(name), SMALL).code()).isEqualTo("unsafe_archive");
    assertThat(Files.exists(folder.resolve("x"))).isFalse();
    assertThat(Files.exists(target())).isFalse();
  }

  @Test
  void namesThatNoDiskTakesAreRefused() throws Exception {
    for (String name : List.of("n".repeat(256), "漢".repeat(86), "d/".repeat(1000) + "x")) {
      assertThat(rejection(zip(name), SMALL).code()).isEqualTo("unsafe_archive");
      assertThat(rejection(zip(name), SMALL).message()).contains("bytes");
    }
  }

  @Test
  void aNameTwiceIsRefusedInAnyLetterCase() throws Exception {
    assertThat(rejection(zip("a.c", "A.C"), SMALL).message()).contains("'A.C'").contains("twice");
    assertThat(rejection(tar("x/a.c", "x/a.c"), SMALL).message()).contains("twice");
    assertThat(rejection(zip("x", "x/a.c"), SMALL).message()).contains("conflict");
    assertThat(rejection(zip("x/a.c", "X/b.c"), SMALL).message()).contains("conflict");
  }

  @Test
  void linksAndDevicesAreRefused() throws Exception {
    Path zip = folder.resolve("l.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      ZipArchiveEntry entry = new ZipArchiveEntry("link");
      entry.setUnixMode(UnixStat.LINK_FLAG | 0777);
      out.putArchiveEntry(entry);
      out.write("/etc/passwd".getBytes(StandardCharsets.US_ASCII));
      out.closeArchiveEntry();
    }
    assertThat(rejection(zip, SMALL).message()).contains("'link' is a link");
    for (byte type :
        new byte[] {
          TarConstants.LF_SYMLINK,
          TarConstants.LF_LINK,
          TarConstants.LF_CHR,
          TarConstants.LF_BLK,
          TarConstants.LF_FIFO
        }) {
      Path tar = folder.resolve("l.tgz");
      try (TarArchiveOutputStream out = tarOut(tar)) {
        TarArchiveEntry entry = new TarArchiveEntry("link", type);
        entry.setLinkName("/etc/passwd");
        out.putArchiveEntry(entry);
        out.closeArchiveEntry();
      }
      assertThat(rejection(tar, SMALL).message()).contains("is a link, a device or a sparse file");
    }
  }

  @Test
  void bombsAreStoppedWhileInflating() throws Exception {
    Path ratio = zipOf("zeros", new byte[1_900_000]);
    assertThat(rejection(ratio, SMALL).message()).contains("more than 100 times");
    Path entry = zipOf("zeros", new byte[2_100_000]);
    ArchiveLimits loose = new ArchiveLimits(5, 4_000_000, 2_000_000, 1_000_000, 1000, 0);
    assertThat(rejection(entry, loose).message()).contains("2000000 bytes");
    ArchiveLimits total = new ArchiveLimits(5, 1_000_000, 2_000_000, 1_000_000, 1000, 0);
    assertThat(rejection(ratio, total).message()).contains("1000000 bytes in all");
    assertThat(rejection(zip("1", "2", "3", "4", "5", "6"), SMALL).message()).contains("at most 5");
    assertThat(Files.exists(target())).isFalse();
  }

  @Test
  void aDiskWithoutRoomIsNotFilledUp() throws Exception {
    ArchiveLimits full = new ArchiveLimits(5, 4_000_000, 2_000_000, 100, 1000, Long.MAX_VALUE);

    for (Path archive : List.of(zip("a.c"), tar("a.c"))) {
      assertThatThrownBy(() -> new Archive(archive, full, StopCheck.NEVER).unpack(target()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("can't be unpacked now: the disk has");
      assertThat(target()).doesNotExist();
      assertThat(target().resolveSibling(target().getFileName() + ".tmp")).doesNotExist();
    }
  }

  @Test
  void brokenAndEncryptedArchivesAreRefused() throws Exception {
    Path good = tar("a.c", "b.c");
    byte[] bytes = Files.readAllBytes(good);
    Path cut = folder.resolve("cut.tar.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(rejection(cut, SMALL).code()).isEqualTo("broken_archive");
    Path noise = folder.resolve("noise.zip");
    Files.writeString(noise, "this is no zip");
    assertThat(rejection(noise, SMALL).code()).isEqualTo("broken_archive");
    byte[] encrypted = Files.readAllBytes(zip("a.c"));
    for (int i = 0; i + 10 < encrypted.length; i++) {
      boolean local = encrypted[i] == 'P' && encrypted[i + 1] == 'K' && encrypted[i + 2] == 3;
      boolean central = encrypted[i] == 'P' && encrypted[i + 1] == 'K' && encrypted[i + 2] == 1;
      if (local || central) {
        encrypted[i + (local ? 6 : 8)] |= 1;
      }
    }
    Path locked = folder.resolve("locked.zip");
    Files.write(locked, encrypted);
    assertThat(rejection(locked, SMALL).message()).contains("encrypted");
  }

  @Test
  void anEarlierUnpackedTreeIsReplaced() throws Exception {
    Files.createDirectories(target().resolve("old/deep"));
    Files.writeString(target().resolve("old/deep/x"), "x");
    new Archive(zip("d/a.c", "b.c"), SMALL, StopCheck.NEVER).unpack(target());
    assertThat(target().resolve("old")).doesNotExist();
    assertThat(target().resolve("d/a.c")).hasContent("d/a.c");
    assertThat(target().resolve("b.c")).hasContent("b.c");
  }

  @Test
  void stoppingLeavesNoTarget() throws Exception {
    Path zip = zip("a.c");
    assertThatThrownBy(() -> new Archive(zip, SMALL, StopCheck.when(() -> true)).unpack(target()))
        .isInstanceOf(java.io.InterruptedIOException.class);
    assertThat(target()).doesNotExist();
  }

  @Test
  void aNameTwiceIsRefusedInAnyNormalForm() throws Exception {
    assertThat(rejection(zip("\u00E9.c", "e\u0301.c"), SMALL).message()).contains("twice");
    assertThat(rejection(tar("stra\u00DFe", "STRASSE"), SMALL).message()).contains("twice");
    assertThat(rejection(zip("\u00C5/x", "A\u030A/y"), SMALL).message()).contains("conflict");
  }

  @Test
  void namesThatNoFileSystemTakesAreRefused() throws Exception {
    assertThat(rejection(tar("n".repeat(256)), SMALL).message()).contains("255 bytes in a name");
    assertThat(rejection(tar("你".repeat(86)), SMALL).message()).contains("255 bytes in a name");
    assertThat(rejection(tar("d/".repeat(65) + "x"), SMALL).message()).contains("64 levels");
    assertThat(rejection(tar("0123456789/".repeat(200) + "x"), SMALL).message())
        .contains("2048 bytes");
  }

  @Test
  void aNameInALineOfTheLogCannotForgeAnother() throws Exception {
    InputRejected.Problem problem = rejection(tar("a\u001b[2J\nb\u202Ec/../x"), SMALL);
    assertThat(problem.message() + problem.location()).doesNotContain("\n", "\u001b", "\u202e");
  }

  @Test
  void aSparseFileOrATarWithANegativeSizeIsRefused() throws Exception {
    Path sparse = folder.resolve("s.tgz");
    try (TarArchiveOutputStream out = tarOut(sparse)) {
      out.putArchiveEntry(new TarArchiveEntry("hole", TarConstants.LF_GNUTYPE_SPARSE));
      out.closeArchiveEntry();
    }
    assertThat(rejection(sparse, SMALL).message()).contains("sparse");
    byte[] header = new byte[1024];
    header[0] = 'x';
    Arrays.fill(header, 124, 136, (byte) 0xFF);
    header[156] = '0';
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xFF;
    }
    byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 8);
    Path negative = folder.resolve("n.tgz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(negative))) {
      out.write(header);
    }
    assertThat(rejection(negative, SMALL).code()).isEqualTo("broken_archive");
  }

  @Test
  void anUnusualMethodIsNotDecoded() throws Exception {
    byte[] zip = Files.readAllBytes(zip("a.c"));
    for (int i = 0; i + 12 < zip.length; i++) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && (zip[i + 2] == 3 || zip[i + 2] == 1)) {
        zip[i + (zip[i + 2] == 3 ? 8 : 10)] = 12;
      }
    }
    Path bzip2 = folder.resolve("b.zip");
    Files.write(bzip2, zip);
    assertThat(rejection(bzip2, SMALL).code()).isEqualTo("broken_archive");
  }

  @Test
  void anArchiveInsideAnArchiveStaysPacked() throws Exception {
    byte[] inner = Files.readAllBytes(zip("inner.c"));
    new Archive(zipOf("nested.zip", inner), SMALL, StopCheck.NEVER).unpack(target());
    assertThat(target().resolve("nested.zip")).hasBinaryContent(inner);
    try (Stream<Path> all = Files.list(target())) {
      assertThat(all).hasSize(1);
    }
  }

  private InputRejected.Problem rejection(Path archive, ArchiveLimits limits) {
    InputRejected rejected =
        catchThrowableOfType(
            InputRejected.class,
            () -> new Archive(archive, limits, StopCheck.NEVER).unpack(target()));
    assertThat(rejected).isNotNull();
    assertThat(folder.resolve("unpacked.tmp")).as("what a bomb became").doesNotExist();
    return rejected.problems().get(0);
  }

  private Path target() {
    return folder.resolve("unpacked");
  }

  /** By the JDK, which keeps backslashes in names. */
  private Path zip(String... names) throws IOException {
    Path zip = folder.resolve("t.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : names) {
        out.putNextEntry(new ZipEntry(name));
        out.write(name.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return zip;
  }

  private Path zipOf(String name, byte[] content) throws IOException {
    Path zip = folder.resolve(content.length + ".zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      out.putArchiveEntry(new ZipArchiveEntry(name));
      out.write(content);
      out.closeArchiveEntry();
    }
    return zip;
  }

  private Path tar(String... names) throws IOException {
    Path tar = folder.resolve("t.tar.gz");
    try (TarArchiveOutputStream out = tarOut(tar)) {
      for (String name : List.of(names)) {
        byte[] content = name.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setName(name);
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
      }
    }
    return tar;
  }

  private static TarArchiveOutputStream tarOut(Path tar) throws IOException {
    OutputStream file = Files.newOutputStream(tar);
    TarArchiveOutputStream out = new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8");
    out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    return out;
  }
}
