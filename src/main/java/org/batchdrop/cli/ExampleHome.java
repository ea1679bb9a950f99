package org.batchdrop.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes a home out of what the jar holds: settings, routes, pipelines and examples. */
final class ExampleHome {

  private static final String ROOT = "/org/batchdrop/home/";
  private static final String QUICK =
      """

      # --- The demo is in a hurry ---
      batchdrop.quiet-period=1s
      batchdrop.sandbox.request-time=15ms
      """;

  private ExampleHome() {}

  /**
   * Writes the home.
   *
   * @param target made; what it holds already is left alone
   */
  static void writeTo(Path target) throws IOException {
    URL url = ExampleHome.class.getResource(ROOT + "application.properties");
    if (url == null) {
      throw new IOException("the jar lacks " + ROOT);
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
          copy(jar.getPath(ROOT), target);
        }
      } else {
        copy(Path.of(uri).resolveSibling(""), target);
      }
    } catch (URISyntaxException e) {
      throw new IOException("the jar's own address can't be read: " + url, e);
    }
    Files.writeString(
        target.resolve("application.properties"),
        QUICK,
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path path : all) {
      Path copy = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(path, copy);
      }
    }
  }
}
