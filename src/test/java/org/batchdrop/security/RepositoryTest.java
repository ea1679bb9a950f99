package org.batchdrop.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the repository, and what is built from it. */
class RepositoryTest {

  private static final Set<String> NOT_OURS =
      Set.of(".git", "target", "demo", "inbox", "outbox", "work", ".idea", ".vscode");

  /** Put together here, so that this file does not match. */
  private static final Pattern KEY =
      Pattern.compile(
          String.join(
              "|",
              "s" + "k-[A-Za-z0-9_-]{16,}",
              "AK" + "IA[0-9A-Z]{16}",
              "gh" + "[pousr]_[A-Za-z0-9]{20,}",
              "xo" + "x[abprs]-[A-Za-z0-9-]{10,}",
              "AI" + "za[0-9A-Za-z_-]{30,}",
              "-----BEGIN [A-Z ]*PRIV" + "ATE KEY"));

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        Path.of(""),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString()) && folder.getNameCount() == 1
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  @Test
  void noFileHoldsAKey() throws IOException {
    List<Path> files = files();
    assertThat(files).contains(Path.of("pom.xml")).hasSizeGreaterThan(100);
    for (Path file : files) {
      assertThat(KEY.matcher(text(file)).results().map(found -> found.start()))
          .as(file + ": offsets of what looks like a key")
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s|k-proj-0123456789abcdef", "AK|IA0123456789ABCDEF", "gh|p_0123456789abcdefghij"})
  void theScanSeesAKey(String broken) {
    assertThat(KEY.matcher("x = '" + broken.replace("|", "") + "'").find()).isTrue();
  }

  @Test
  void theLauncherMakesPrivateFilesAndDumpsNoHeap() throws IOException {
    String launcher = text(Path.of("batchdrop"));
    assertThat(launcher.indexOf("umask 077"))
        .isPositive()
        .isLessThan(launcher.indexOf("exec \"$java\""));
    assertThat(launcher)
        .doesNotContain("HeapDump", "jmxremote", "agentlib", "StartFlightRecording");
  }

  @Test
  void managementStaysOffAndRedirectsAreNeverFollowed() throws IOException {
    assertThat(text(Path.of("application.properties"))).contains("camel.main.jmxEnabled=false");
    List<String> endpoints = new ArrayList<>();
    for (Path file : files().stream().filter(file -> file.startsWith("routes")).toList()) {
      endpoints.addAll(List.of(text(file).split("uri: \"?https?:", -1)).stream().skip(1).toList());
    }
    assertThat(endpoints)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            endpoint ->
                // No key goes to an input's address, and each connection passes a gate there.
                assertThat(endpoint)
                    .containsAnyOf("followRedirects: false", "\"#publicAddresses\""));
  }

  @Test
  void everyControlNamesATestThatExists() throws IOException {
    Matcher named =
        Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))#([A-Za-z0-9]+)`")
            .matcher(text(Path.of("SECURITY.md")));
    List<Path> tests = files().stream().filter(file -> file.startsWith("src/test/java")).toList();
    int count = 0;
    while (named.find()) {
      String name = named.group(1);
      String method = named.group(2);
      List<Path> found = tests.stream().filter(file -> file.endsWith(name + ".java")).toList();
      assertThat(found).as(name).hasSize(1);
      assertThat(text(found.get(0))).as(named.group()).contains("  void " + method + "(");
      count++;
    }
    assertThat(count).isGreaterThan(30);
  }
}
