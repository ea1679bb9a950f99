package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** I4: what can be seen in the outbox is complete, and never changes. */
final class OutboxWatch {

  private final Path outbox;
  private final Map<Path, String> seen = new TreeMap<>();

  OutboxWatch(Path outbox) {
    this.outbox = outbox;
  }

  /**
   * Looks at what is visible.
   *
   * @param again whether to compare what was seen before too; else only what is new is read
   */
  void look(boolean again) throws IOException {
    List<Path> visible = visible();
    assertThat(visible).as("I4: nothing vanishes").containsAll(seen.keySet());
    for (Path folder : visible) {
      String before = seen.get(folder);
      if (before == null) {
        assertThat(folder.resolve("report.json")).as("I4: visible, so complete").isRegularFile();
        assertThat(folder.resolve("input")).as("I4: visible, so complete").isDirectory();
        seen.put(folder, checksum(folder));
      } else if (again) {
        assertThat(checksum(folder))
            .as("I4: unchanged since first seen: " + folder)
            .isEqualTo(before);
      }
    }
  }

  /** The published folders. */
  List<Path> visible() throws IOException {
    if (!Files.isDirectory(outbox)) {
      return List.of();
    }
    try (Stream<Path> folders =
        Files.find(outbox, 2, (path, attributes) -> attributes.isDirectory())) {
      return folders
          .filter(path -> outbox.relativize(path).getNameCount() == 2)
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static String checksum(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files.sorted().toList()) {
        digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
