package org.batchdrop.journey;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Homes for whole journeys. */
final class Homes {

  private Homes() {}

  /** A home with quick settings and a provider {@code far} at an address. */
  static Path quick(Path root, URI baseUrl, String settings) throws IOException {
    Files.createDirectories(root.resolve("pipelines"));
    Files.createDirectories(root.resolve("providers"));
    Files.writeString(
        root.resolve("application.properties"),
        """
        batchdrop.quiet-period=300ms
        batchdrop.inbox-interval=100ms
        batchdrop.sweep-interval=500ms
        batchdrop.poll-tick=100ms
        batchdrop.requests-provider=far
        """
            + settings);
    Files.writeString(
        root.resolve("providers/far.yaml"),
        """
        extends: sandbox
        realtime: {offered: false}
        description: A sandbox that outlives the daemon
        base-url: %s
        poll-interval: 300ms
        batch:
          settle-time: 1s
        """
            .formatted(baseUrl));
    return root;
  }

  /** A pipeline that sends a table's column {@code text}. */
  static void table(Path root, String name, String column) throws IOException {
    Files.writeString(
        root.resolve("pipelines/" + name + ".yaml"),
        """
        description: Echo
        provider: far
        input: {type: csv}
        request:
          url: /v1/chat/completions
          body:
            model: echo-%s
            messages:
              - {role: user, content: "%s {{%s}}"}
        result:
          columns: {answer: /choices/0/message/content, tokens: /usage/total_tokens}
        """
            .formatted(name, name, column));
  }
}
