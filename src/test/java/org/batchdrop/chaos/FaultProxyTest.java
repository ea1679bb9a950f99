package org.batchdrop.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static final byte[] TEXT = "0123456789".repeat(10).getBytes(StandardCharsets.US_ASCII);

  private ServerSocket echo;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "echo");
    thread.setDaemon(true);
    thread.start();
    proxy = FaultProxy.before(echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread thread = new Thread(() -> copy(socket), "echo-one");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private static void copy(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static byte[] sent(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return socket.getInputStream().readNBytes(bytes.length);
  }

  private static Duration timeOf(Socket socket, byte[] bytes) throws IOException {
    long begun = System.nanoTime();
    assertThat(sent(socket, bytes)).isEqualTo(bytes);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void passesBothWaysWhileNothingIsWrong() throws IOException {
    try (Socket socket = connect()) {
      assertThat(sent(socket, TEXT)).isEqualTo(TEXT);
      assertThat(proxy.open()).isEqualTo(1);
    }
    await().until(() -> proxy.open() == 0);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void latencyHoldsBackOneDirectionAndEndsOnCommand() throws IOException {
    try (Socket socket = connect()) {
      proxy.down(new Toxic.Latency(Duration.ofMillis(300)));
      assertThat(timeOf(socket, TEXT)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
      proxy.heal();
      assertThat(sent(socket, TEXT)).isEqualTo(TEXT);
    }
  }

  @Test
  void bandwidthBoundsBytesInASecond() throws IOException {
    try (Socket socket = connect()) {
      proxy.up(new Toxic.Bandwidth(400));
      assertThat(timeOf(socket, TEXT)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(4));
    }
  }

  @Test
  void slicesArriveWholeButInPieces() throws IOException {
    try (Socket socket = connect()) {
      proxy.down(new Toxic.Slices(7, Duration.ofMillis(5)));
      socket.getOutputStream().write(TEXT);
      byte[] buffer = new byte[TEXT.length];
      assertThat(socket.getInputStream().read(buffer)).isBetween(1, 14);
      assertThat(socket.getInputStream().readNBytes(TEXT.length - 14)).isNotEmpty();
    }
  }

  @Test
  void cutEndsAConnectionAfterSoManyBytes() throws IOException {
    proxy.down(new Toxic.Cut(30));
    try (Socket socket = connect()) {
      socket.getOutputStream().write(TEXT);
      assertThat(socket.getInputStream().readAllBytes()).hasSize(30);
    }
    proxy.down(Toxic.NONE);
    proxy.up(new Toxic.Cut(20));
    try (Socket socket = connect()) {
      socket.getOutputStream().write(TEXT);
      assertThat(received(socket)).isLessThanOrEqualTo(20);
    }
  }

  /** How many bytes arrive until the end, be it a reset. */
  private static int received(Socket socket) throws IOException {
    int count = 0;
    try (InputStream in = socket.getInputStream()) {
      while (in.read() >= 0) {
        count++;
      }
    } catch (SocketException e) {
      return count;
    }
    return count;
  }

  @Test
  void resetIsSeenAsOne() throws IOException {
    proxy.down(new Toxic.Reset(0));
    try (Socket socket = connect()) {
      socket.getOutputStream().write(TEXT);
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void halfOpenSaysNothingUntilTheConnectionIsDropped() throws IOException {
    proxy.down(new Toxic.HalfOpen(10));
    try (Socket socket = connect()) {
      socket.setSoTimeout(300);
      socket.getOutputStream().write(TEXT);
      assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(proxy.open()).isEqualTo(1);
      proxy.drop(false);
      assertThat(received(socket)).isZero();
    }
  }

  @Test
  void refusesNewConnectionsAndKeepsOpenOnes() throws IOException {
    try (Socket socket = connect()) {
      assertThat(sent(socket, TEXT)).isEqualTo(TEXT);
      proxy.refuse();
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      assertThat(sent(socket, TEXT)).isEqualTo(TEXT);
      proxy.accept();
      try (Socket again = connect()) {
        assertThat(sent(again, TEXT)).isEqualTo(TEXT);
      }
    }
  }

  @Test
  void strikesTheConnectionsWhoseRequestBeginsSoAndNoOther() throws IOException {
    byte[] other = "another".getBytes(StandardCharsets.US_ASCII);
    proxy.strike("0123", Toxic.NONE, new Toxic.Cut(5), 1);
    try (Socket first = connect();
        Socket second = connect()) {
      assertThat(sent(first, other)).isEqualTo(other);
      second.getOutputStream().write(TEXT);
      assertThat(second.getInputStream().readAllBytes()).hasSize(5);
      assertThat(proxy.struck("0123")).isEqualTo(1);
      assertThat(sent(first, TEXT)).as("only once").isEqualTo(TEXT);
    }
  }
}
