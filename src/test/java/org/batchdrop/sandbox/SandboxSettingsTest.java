package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings have defaults, bounds, and no secret in their text. */
class SandboxSettingsTest {

  @Test
  void defaultsAreTheProvidersLimits() {
    SandboxSettings settings = SandboxSettings.defaults();

    assertThat(settings.maxRequests()).isEqualTo(50_000);
    assertThat(settings.maxFileBytes()).isEqualTo(209_715_200);
    assertThat(settings.maxLineBytes()).isEqualTo(6_291_456);
    assertThat(settings.perRequest()).isZero();
    assertThat(settings.shuffle()).isTrue();
  }

  @Test
  void namesValueThatIsOutOfBounds() {
    assertThatThrownBy(() -> SandboxSettings.builder().failureRate(1.5).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sandbox setting out of bounds: failureRate = 1.5");
    assertThatThrownBy(() -> SandboxSettings.builder().latency(Duration.ofMillis(-1)).build())
        .hasMessageContaining("latency");
  }

  @Test
  void changesOneValueAndKeepsTheOthers() {
    SandboxSettings settings =
        SandboxSettings.builder().maxRequests(7).apiKey("sandbox-key").build();

    assertThat(settings.toBuilder().build()).isEqualTo(settings);
    assertThat(settings.toBuilder().seed(9).build().maxRequests()).isEqualTo(7);
    assertThat(settings.toString()).doesNotContain("sandbox-key");
  }

  @Test
  void freesDirectoryWhenPortIsTaken(@TempDir Path directory) throws IOException {
    SandboxSettings mine = SandboxSettings.builder().directory(directory.resolve("a")).build();
    try (SandboxServer server = SandboxServer.start(mine)) {
      SandboxSettings same =
          SandboxSettings.builder().directory(directory.resolve("b")).port(server.port()).build();
      assertThatThrownBy(() -> SandboxServer.start(same)).isInstanceOf(IOException.class);
      SandboxServer.start(same.toBuilder().port(0).build()).close();
    }
  }

  @Test
  void stopsWithinSecondWhileReplyIsDelayed(@TempDir Path directory) throws IOException {
    SandboxServer server =
        SandboxServer.start(
            SandboxSettings.builder().directory(directory).latency(Duration.ofHours(1)).build());
    Wire wire = new Wire(server);
    CompletableFuture<?> reply = CompletableFuture.runAsync(() -> wire.get("/v1/files"));

    long start = System.nanoTime();
    server.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(reply).failsWithin(Duration.ofSeconds(5));
  }
}
