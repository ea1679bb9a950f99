package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.batchdrop.config.Home;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecautionsTest {

  private static final Path NO_PROCESS = Path.of("/nowhere");

  @TempDir Path temp;
  private Home home;

  @BeforeEach
  void makePrivateHome() throws IOException {
    home = new Home(temp.resolve("home"));
    for (Path folder :
        List.of(
            home.root(),
            home.inbox(),
            home.outbox(),
            home.work(),
            home.pipelines(),
            home.providers())) {
      mode(Files.createDirectories(folder), "rwx------");
    }
    Files.writeString(
        home.providers().resolve("mine.yaml"),
        "extends: sandbox\nbase-url: http://127.0.0.1:1/v1\nkey: {file: my.key}\n");
    Files.writeString(
        home.pipelines().resolve("a.yaml"),
        "provider: mine\ninput: {type: csv}\nrequest: {body: {model: m}}\n");
    mode(Files.writeString(home.root().resolve("my.key"), "x"), "rw-------");
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void nothingIsMissingInAPrivateHome() {
    assertThat(Precautions.missing(home, NO_PROCESS)).isEmpty();
  }

  @Test
  void aLooserKeyFileIsTold() throws IOException {
    mode(home.root().resolve("my.key"), "rw-r-----");
    assertThat(Precautions.missing(home, NO_PROCESS))
        .containsExactly(
            "others may read the key in " + home.root().resolve("my.key") + "; expected chmod 600");
  }

  @Test
  void foldersThatOthersMayReadOrWriteAreTold() throws IOException {
    mode(home.work(), "rwxr-xr-x");
    mode(home.inbox(), "rwxrwx---");
    assertThat(Precautions.missing(home, NO_PROCESS))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("others may read " + home.work()))
        .anyMatch(line -> line.startsWith("others may write into " + home.inbox()));
  }

  @Test
  void aProcessOfRootIsTold() {
    // The first process of a machine belongs to root wherever its owner can be seen.
    assertThat(Precautions.missing(home, Path.of("/proc/1")))
        .singleElement()
        .asString()
        .contains("as root");
  }
}
