package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ContainedFileTest {

  @TempDir Path temp;
  private Path root;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectories(temp.resolve("root"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/own"), "own");
    Files.createDirectories(temp.resolve("outside/b"));
    Files.writeString(temp.resolve("outside/b/own"), "secret");
  }

  private String read(String path) throws IOException {
    try (InputStream in = ContainedFile.open(root, path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void readsAFileInAnyDepth() throws IOException {
    Files.writeString(root.resolve("top"), "top");
    assertThat(read("top")).isEqualTo("top");
    assertThat(read("a/b/own")).isEqualTo("own");
    assertThatThrownBy(() -> read("a/b/other")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  @Timeout(20)
  void followsNoLinkAndOpensNoPipeOrDevice() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), temp.resolve("outside/b/own"));
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
    Files.createSymbolicLink(root.resolve("folder"), temp.resolve("outside"));
    Files.createSymbolicLink(root.resolve("zero"), Path.of("/dev/zero"));
    assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor())
        .isZero();
    for (String path : new String[] {"link", "loop", "zero", "pipe", "folder", "a"}) {
      assertThatThrownBy(() -> read(path)).as(path).isInstanceOf(ContainedFile.NotRegular.class);
    }
    assertThatThrownBy(() -> read("folder/b/own")).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> read("link/x")).isInstanceOf(NotDirectoryException.class);
  }

  @Test
  @Timeout(120)
  void readsNothingOutsideWhileFilesAndFoldersAreSwappedForLinks() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> swapper = CompletableFuture.runAsync(() -> swap(done));
    int own = 0;
    for (int i = 0; i < 10_000; i++) {
      try {
        String text = read("a/b/own");
        assertThat(text).isEqualTo("own");
        own++;
      } catch (IOException e) {
        // Refused, or gone for a moment: what matters is what was never read.
        assertThat(e).hasMessageNotContaining("secret");
      }
    }
    done.set(true);
    swapper.get(Duration.ofSeconds(30).toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    assertThat(own).isPositive();
  }

  private void swap(AtomicBoolean done) {
    try {
      Path file = root.resolve("a/b/own");
      while (!done.get()) {
        Path link = temp.resolve("link");
        Files.createSymbolicLink(link, temp.resolve("outside/b/own"));
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(temp.resolve("plain"), "own");
        Files.move(
            temp.resolve("plain"),
            file,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        Files.move(root.resolve("a"), temp.resolve("aside"));
        Files.createSymbolicLink(root.resolve("a"), temp.resolve("outside"));
        Files.delete(root.resolve("a"));
        Files.move(temp.resolve("aside"), root.resolve("a"));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
