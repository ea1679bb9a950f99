package org.batchdrop.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that cost much more than they weigh, in a heap of 128 MB. */
class ArchiveBombTest {

  private static final int MB = 1 << 20;

  @TempDir Path temp;
  private Path work;

  @BeforeEach
  void makeWork() throws IOException {
    work = Files.createDirectory(temp.resolve("work"));
  }

  private String outcome(Path archive) throws Exception {
    ChildJvm.Finished finished =
        ChildJvm.run("128m", SourceMain.class, work.toString(), archive.toString());
    assertThat(finished.exitCode()).as(finished.output()).isZero();
    try (Stream<Path> left = Files.walk(work)) {
      assertThat(left).as("left on the disk").containsExactly(work);
    }
    return finished.output();
  }

  @Test
  void zerosAreStoppedAtAHundredTimesTheArchive() throws Exception {
    Path zip = temp.resolve("zeros.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int i = 0; i < 3; i++) {
        out.putNextEntry(new ZipEntry("zeros" + i));
        for (int block = 0; block < 20; block++) {
          out.write(new byte[MB]);
        }
      }
    }
    assertThat(outcome(zip)).contains("unsafe_archive").contains("more than 100 times");
  }

  @Test
  void aMillionEntriesAreCountedBeforeTheyAreRead() throws Exception {
    Path zip = temp.resolve("many.zip");
    byte[] empty = {};
    writeZip(zip, 1_000_000, empty, empty, 0);
    assertThat(outcome(zip)).contains("unsafe_archive").contains("at most 100000");
  }

  @Test
  void aDirectoryOfLongExtraFieldsIsNotRead() throws Exception {
    Path zip = temp.resolve("extra.zip");
    writeZip(zip, 4_000, new byte[0], new byte[0], 60_000);
    assertThat(outcome(zip)).contains("unsafe_archive").contains("its directory has");
  }

  @Test
  void entriesThatShareOneBodyAreCountedEachTime() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] zeros = new byte[8 * MB];
    try (OutputStream out =
        new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_COMPRESSION, true))) {
      out.write(zeros);
    }
    Path zip = temp.resolve("overlap.zip");
    writeZip(zip, 1_000, packed.toByteArray(), zeros, 0);
    assertThat(outcome(zip)).contains("unsafe_archive").contains("more than 100 times");
  }

  @Test
  void longNamesAndExtendedHeadersOfATarAreBounded() throws Exception {
    for (char type : new char[] {'L', 'K', 'x', 'g'}) {
      Path tar = temp.resolve("header-" + type + ".tgz");
      try (OutputStream out =
          new BufferedOutputStream(
              new GZIPOutputStream(Files.newOutputStream(tar)) {
                {
                  def.setLevel(Deflater.BEST_SPEED);
                }
              })) {
        out.write(tarHeader("././@LongLink", type, 300L * MB));
        byte[] block = new byte[MB];
        Arrays.fill(block, (byte) 'a');
        for (int i = 0; i < 300; i++) {
          out.write(block);
        }
      }
      assertThat(outcome(tar)).as("type " + type).contains("broken_archive");
    }
  }

  @Test
  void manyLongNamesAreBounded() throws Exception {
    Path tar = temp.resolve("names.tgz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tar))) {
      String deep = ("d".repeat(30) + "/").repeat(60);
      for (int i = 0; i < 20_000; i++) {
        byte[] name = (i + "/" + deep).getBytes(StandardCharsets.US_ASCII);
        out.write(tarHeader("././@LongLink", 'L', name.length));
        out.write(Arrays.copyOf(name, (name.length + 511) / 512 * 512));
        out.write(tarHeader("short", '5', 0));
      }
    }
    assertThat(outcome(tar)).contains("unsafe_archive").contains("characters of names in all");
  }

  private static byte[] tarHeader(String name, char type, long size) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(size));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xFF;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** One local entry, and so many entries of the directory that all name it. */
  private static void writeZip(Path zip, int entries, byte[] packed, byte[] content, int extra)
      throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(zip), MB)) {
      int method = packed.length == 0 ? 0 : 8;
      ByteBuffer local = little(30 + 1);
      local.putInt(0x04034b50).putShort((short) 20).putShort((short) 0).putShort((short) method);
      local.putInt(0).putInt((int) crc.getValue()).putInt(packed.length).putInt(content.length);
      local.putShort((short) 1).putShort((short) 0).put((byte) 'x');
      out.write(bytes(local));
      out.write(packed);
      long size = 0;
      for (int i = 0; i < entries; i++) {
        byte[] name = "n%07d".formatted(i).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer entry = little(46 + name.length + extra);
        entry.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) 0);
        entry.putShort((short) method).putInt(0).putInt((int) crc.getValue());
        entry.putInt(packed.length).putInt(content.length).putShort((short) name.length);
        entry.putShort((short) extra).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        entry.putInt(0).putInt(0).put(name);
        if (extra > 0) {
          entry.putShort((short) 0x7777).putShort((short) (extra - 4));
        }
        out.write(bytes(entry));
        size += entry.capacity();
      }
      ByteBuffer end = little(22);
      end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
      end.putShort((short) Math.min(entries, 0xFFFF)).putShort((short) Math.min(entries, 0xFFFF));
      end.putInt((int) size).putInt(31 + packed.length).putShort((short) 0);
      out.write(bytes(end));
    }
  }

  /** All of a buffer, also what was left zero. */
  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.rewind().get(bytes);
    return bytes;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
