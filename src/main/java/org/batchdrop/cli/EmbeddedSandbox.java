package org.batchdrop.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Supplier;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.jspecify.annotations.Nullable;

/** The sandbox provider inside the daemon; started when a profile first needs it. */
final class EmbeddedSandbox implements AutoCloseable {

  private final Home home;
  private @Nullable SandboxServer server;

  EmbeddedSandbox(Home home) {
    this.home = home;
  }

  /** Gives the address, and starts the server at the first call. */
  Supplier<URI> with(Settings settings) {
    return () -> url(settings.sandbox());
  }

  private synchronized URI url(Settings.SandboxSpeed speed) {
    if (server == null) {
      try {
        server =
            SandboxServer.start(
                SandboxSettings.builder()
                    .directory(home.sandbox())
                    .port(speed.port())
                    .perRequest(speed.requestTime())
                    .validation(speed.validation())
                    .maxRequests(speed.maxRequests())
                    .build());
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded sandbox can't start: " + e.getMessage(), e);
      }
    }
    return server.baseUrl();
  }

  @Override
  public synchronized void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }
}
