package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.job.InputRejected;

/** An archive is unpacked inside its bounds, or rejected; nothing is written anywhere else. */
final class ArchiveFuzz implements FuzzTarget {

  private static final ArchiveLimits LIMITS = new ArchiveLimits(12, 40_000, 20_000, 20, 8_000, 0);
  private static final String[] NAMES = {
    "a.c",
    "src/a.c",
    "src/",
    "src/b/c.h",
    "A.C",
    "../x",
    "a/../../x",
    "/etc/x",
    "C:\\x",
    "a\\b",
    "./a.c",
    "a//b",
    ".",
    "",
    "é.c",
    "漢.c",
    "con",
    "a\u0000b",
    "x\n.c",
    "src/a.c/d",
    "n".repeat(99),
    "n".repeat(300) + ".c",
    "d/".repeat(60) + "x",
    "~/x",
    "a.c/"
  };
  private static final List<String> WORDS =
      List.of(
          "../",
          "/",
          "\\",
          "\u0000",
          "PK\u0001\u0002",
          "PK\u0003\u0004",
          "ustar",
          "777",
          "7777777");

  private final Path root;
  private final Path inside;

  ArchiveFuzz() {
    try {
      root = Files.createTempDirectory("archive");
      inside = Files.createDirectory(root.resolve("work"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first byte chooses: even for zip, odd for tar.gz. */
  @Override
  public byte[] generate(Random random) {
    boolean zip = random.nextBoolean();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(zip ? 0 : 1);
    try {
      out.writeBytes(zip ? zip(random) : tar(random));
    } catch (IOException | IllegalArgumentException e) {
      out.writeBytes(new byte[] {'P', 'K'});
    }
    return out.toByteArray();
  }

  private static byte[] zip(Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      for (int i = random.nextInt(5); i >= 0; i--) {
        ZipArchiveEntry entry = new ZipArchiveEntry(JsonText.pick(NAMES, random));
        if (random.nextInt(12) == 0) {
          entry.setUnixMode(0120777);
        }
        zip.putArchiveEntry(entry);
        zip.write(content(random));
        zip.closeArchiveEntry();
      }
    }
    return Mutation.of(bytes.toByteArray(), WORDS, random);
  }

  private static byte[] tar(Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] content = content(random);
        String name = JsonText.pick(NAMES, random);
        boolean plain = random.nextInt(6) > 0;
        byte kind = plain ? TarConstants.LF_NORMAL : (byte) ('1' + random.nextInt(7));
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, random.nextInt(4) > 0);
        entry.setLinkName("../../../secret");
        boolean holds = plain && !entry.isDirectory();
        entry.setSize(holds ? content.length : 0);
        tar.putArchiveEntry(entry);
        if (holds) {
          tar.write(content);
        }
        tar.closeArchiveEntry();
      }
    }
    byte[] damaged = Mutation.of(bytes.toByteArray(), WORDS, random);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(damaged);
    }
    return random.nextInt(4) > 0
        ? packed.toByteArray()
        : Mutation.of(packed.toByteArray(), WORDS, random);
  }

  private static byte[] content(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new byte[30_000];
      case 1 -> new byte[0];
      default -> "int main(void) { return 0; }\n".getBytes(StandardCharsets.UTF_8);
    };
  }

  @Override
  public void check(byte[] input) throws IOException {
    boolean zip = input.length == 0 || input[0] % 2 == 0;
    Path archive = root.resolve(zip ? "x.zip" : "x.tar.gz");
    byte[] bytes = input.length == 0 ? input : java.util.Arrays.copyOfRange(input, 1, input.length);
    Files.write(archive, bytes);
    Path target = inside.resolve("unpacked");
    try {
      new Archive(archive, LIMITS, StopCheck.NEVER).unpack(target);
      assertBounds(target);
      assertThat(names(inside)).containsExactly("unpacked");
    } catch (InputRejected e) {
      assertThat(e.problems().get(0).code()).isIn("unsafe_archive", "broken_archive");
      assertThat(e.getMessage()).matches(m -> m.chars().noneMatch(Character::isISOControl));
      assertThat(names(inside)).isSubsetOf("unpacked.tmp");
      if (Files.exists(inside.resolve("unpacked.tmp"))) {
        assertBounds(inside.resolve("unpacked.tmp"));
      }
    } finally {
      Tree.remove(target);
      Tree.remove(inside.resolve("unpacked.tmp"));
    }
    assertThat(names(root)).isSubsetOf("work", "x.zip", "x.tar.gz");
    Files.delete(archive);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> String.valueOf(p.getFileName())).toList();
    }
  }

  private static void assertBounds(Path folder) throws IOException {
    long bytes = 0;
    long files = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        assertThat(Files.isSymbolicLink(path)).isFalse();
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          assertThat(Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
          assertThat(Files.size(path)).isLessThanOrEqualTo(LIMITS.entryBytes());
          bytes += Files.size(path);
          files++;
        }
      }
    }
    assertThat(bytes).isLessThanOrEqualTo(LIMITS.totalBytes());
    assertThat(files).isLessThanOrEqualTo(LIMITS.entries());
  }
}
