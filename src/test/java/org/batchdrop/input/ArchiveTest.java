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

  private static final ArchiveLimits SMALL = new ArchiveLimits(5, 4_000_000, 2_000_000, 100, 1000);

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
      assertThat(rejection(tar, SMALL).message()).contains("is a link or a device");
    }
  }

  @Test
  void bombsAreStoppedWhileInflating() throws Exception {
    Path ratio = zipOf("zeros", new byte[1_900_000]);
    assertThat(rejection(ratio, SMALL).message()).contains("more than 100 times");
    Path entry = zipOf("zeros", new byte[2_100_000]);
    ArchiveLimits loose = new ArchiveLimits(5, 4_000_000, 2_000_000, 1_000_000, 1000);
    assertThat(rejection(entry, loose).message()).contains("2000000 bytes");
    ArchiveLimits total = new ArchiveLimits(5, 1_000_000, 2_000_000, 1_000_000, 1000);
    assertThat(rejection(ratio, total).message()).contains("1000000 bytes in all");
    assertThat(rejection(zip("1", "2", "3", "4", "5", "6"), SMALL).message()).contains("at most 5");
    assertThat(Files.exists(target())).isFalse();
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

  private InputRejected.Problem rejection(Path archive, ArchiveLimits limits) {
    InputRejected rejected =
        catchThrowableOfType(
            InputRejected.class,
            () -> new Archive(archive, limits, StopCheck.NEVER).unpack(target()));
    assertThat(rejected).isNotNull();
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
    return new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8");
  }
}
