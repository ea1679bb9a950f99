package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However an exchange hangs, it ends at its deadline, and the server loses its connection. */
@Timeout(60)
class CallDeadlinesTest {

  private static final byte[] HEAD =
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".getBytes(US_ASCII);

  private final CallDeadlines deadlines = new CallDeadlines();
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private ServerSocket server;
  private CloseableHttpClient client;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    HttpClientBuilder builder = HttpClientBuilder.create().disableAutomaticRetries();
    deadlines.configureHttpClient(builder);
    client = builder.build();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    deadlines.close();
  }

  /** What a server does with a connection. */
  private interface Manner {
    void serve(Socket peer) throws IOException, InterruptedException;
  }

  private void serve(Manner manner) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket peer = server.accept()) {
                peer.setSoTimeout(30_000);
                manner.serve(peer);
                lost.complete("served");
              } catch (IOException | InterruptedException e) {
                lost.complete("lost: " + e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void drip(Socket peer, byte[] bytes) throws IOException, InterruptedException {
    readHead(peer);
    OutputStream out = peer.getOutputStream();
    for (int i = 0; ; i++) {
      out.write(bytes[i % bytes.length]);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void readHead(Socket peer) throws IOException {
    InputStream in = peer.getInputStream();
    int last = 0;
    for (int at = in.read(); at >= 0 && last < 4; at = in.read()) {
      last = (at == '\r' || at == '\n') ? last + 1 : 0;
      if (last == 4) {
        return;
      }
    }
  }

  private byte[] call(byte[] body, Duration deadline) throws IOException {
    HttpPost post = new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/");
    post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    deadlines.next(deadline);
    ClassicHttpResponse response = client.executeOpen(null, post, null);
    try (InputStream in = response.getEntity().getContent()) {
      return in.readAllBytes();
    }
  }

  private void assertEndedInTime(byte[] body) throws Exception {
    assertThatThrownBy(() -> call(body, Duration.ofMillis(300)))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageContaining("not finished within");
    assertThat(lost.get(30, TimeUnit.SECONDS)).startsWith("lost: ");
  }

  @Test
  void aBodyThatDrips() throws Exception {
    serve(
        peer -> {
          readHead(peer);
          peer.getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n".getBytes(US_ASCII));
          drip(peer, new byte[] {'x'});
        });
    assertEndedInTime(new byte[0]);
  }

  @Test
  void headersThatDrip() throws Exception {
    serve(
        peer -> {
          readHead(peer);
          peer.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(US_ASCII));
          drip(peer, new byte[] {'x'});
        });
    assertEndedInTime(new byte[0]);
  }

  @Test
  void anUploadThatNobodyReads() throws Exception {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    serve(
        peer -> {
          ended.join();
          while (peer.getInputStream().read() >= 0) {
            // Until the reset that a dropped connection with unread bytes brings, or its end.
          }
          throw new IOException("closed");
        });
    assertThatThrownBy(() -> call(new byte[64 << 20], Duration.ofMillis(300)))
        .isInstanceOf(SocketTimeoutException.class);
    ended.complete(null);
    assertThat(lost.get(30, TimeUnit.SECONDS)).startsWith("lost: ");
  }

  @Test
  void aReplyThatIsNotReadToItsEndLosesItsConnection() throws Exception {
    serve(
        peer -> {
          readHead(peer);
          peer.getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n".getBytes(US_ASCII));
          drip(peer, new byte[] {'x'});
        });
    HttpPost post = new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/");
    deadlines.next(Duration.ofMinutes(10));
    ClassicHttpResponse response = client.executeOpen(null, post, null);
    response.getEntity().getContent().close();
    assertThat(lost.get(30, TimeUnit.SECONDS)).startsWith("lost: ");
  }

  @Test
  void aReplyInTimeIsWholeAndItsConnectionIsUsedAgain() throws Exception {
    serve(
        peer -> {
          for (int i = 0; i < 2; i++) {
            readHead(peer);
            peer.getOutputStream().write(HEAD);
            peer.getOutputStream().write("something".getBytes(US_ASCII));
          }
        });
    assertThat(call(new byte[0], Duration.ofMinutes(1))).asString().isEqualTo("something");
    assertThat(call(new byte[0], Duration.ofMinutes(1))).asString().isEqualTo("something");
    assertThat(lost.get(30, TimeUnit.SECONDS)).isEqualTo("served");
  }

  @Test
  void aCallWithoutADeadlineIsAMistake() {
    HttpPost post = new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/");
    assertThatThrownBy(() -> client.executeOpen(null, post, null))
        .isInstanceOf(IllegalStateException.class);
  }
}
