package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ways of a reply on which something happens to it. */
final class ReplyPaths {

  private ReplyPaths() {}

  /** Loses the reply; the connection is closed without a byte. */
  static ReplyPath nowhere() {
    return (status, type, length) -> OutputStream.nullOutputStream();
  }

  /** Gives another answer when the reply is complete. */
  static ReplyPath instead(Call call, ReplyPath path, FaultAnswer answer) {
    return (status, type, length) ->
        new FilterOutputStream(OutputStream.nullOutputStream()) {
          @Override
          public void close() throws IOException {
            answer.send(call, path);
          }
        };
  }

  /** Waits before the first byte, unless the provider is closed. */
  static ReplyPath delayed(ReplyPath path, CountDownLatch closed, long millis) {
    return (status, type, length) -> {
      try {
        if (closed.await(millis, TimeUnit.MILLISECONDS)) {
          throw new IOException("the provider stopped while a reply waited");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a reply waited");
      }
      return path.start(status, type, length);
    };
  }

  /** Announces the whole length, sends a share of it, and closes the connection. */
  static ReplyPath truncated(Call call, ReplyPath path, double keep) {
    return (status, type, length) -> {
      OutputStream out = path.start(status, type, length);
      return new OutputStream() {
        private long left = (long) (keep * length);

        @Override
        public void write(int value) throws IOException {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
          int kept = (int) Math.min(left, count);
          out.write(bytes, from, kept);
          left -= kept;
        }

        @Override
        public void close() throws IOException {
          out.flush();
          call.drop();
        }
      };
    };
  }

  /** Changes the JSON of a good reply. */
  static ReplyPath shaped(ReplyPath path, FaultAction shape) {
    return (status, type, length) -> {
      if (status != 200 || !type.equals("application/json")) {
        return path.start(status, type, length);
      }
      return new ByteArrayOutputStream() {
        @Override
        public void close() throws IOException {
          JsonNode changed = changed(Json.MAPPER.readTree(toByteArray()), shape);
          byte[] bytes = Json.MAPPER.writeValueAsBytes(changed);
          try (OutputStream out = path.start(status, type, bytes.length)) {
            out.write(bytes);
          }
        }
      };
    };
  }

  private static JsonNode changed(JsonNode reply, FaultAction shape) {
    if (shape instanceof FaultAction.BareArray) {
      return reply.has("data") ? reply.get("data") : reply;
    }
    if (shape instanceof FaultAction.Strip strip && reply instanceof ObjectNode object) {
      object.remove(strip.fields());
      for (JsonNode item : object.path("data")) {
        if (item instanceof ObjectNode listed) {
          listed.remove(strip.fields());
        }
      }
    }
    return reply;
  }

  /** Damages the lines of a file on its way. */
  static ReplyPath damaged(ReplyPath path, Path scratch, LineDamage damage) {
    return (status, type, length) -> {
      if (status != 200) {
        return path.start(status, type, length);
      }
      Path whole = Files.createTempFile(scratch, "whole", StateFile.TEMPORARY);
      return new FilterOutputStream(Files.newOutputStream(whole)) {
        private boolean done;

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
          out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
          if (done) {
            return;
          }
          done = true;
          out.close();
          Path changed = Files.createTempFile(scratch, "damaged", StateFile.TEMPORARY);
          try {
            LineSurgery.damage(whole, changed, damage);
            try (OutputStream reply = path.start(status, type, Files.size(changed))) {
              Files.copy(changed, reply);
            }
          } finally {
            Files.delete(whole);
            Files.delete(changed);
          }
        }
      };
    };
  }
}
