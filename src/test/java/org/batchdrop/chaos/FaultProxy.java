package org.batchdrop.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on 127.0.0.1 in front of one server, with a {@link Toxic} for each direction that can
 * be changed at any time, also for connections that are open; and with strikes, which hit only the
 * connections whose client sends something that begins so. Counts of bytes begin anew with each
 * connection, each change and each strike. Thread-safe; closing it closes all connections.
 */
public final class FaultProxy implements AutoCloseable {

  private static final int BUFFER = 8 * 1024;
  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress server;
  private final int port;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Direction up = new Direction(Toxic.NONE);
  private final Direction down = new Direction(Toxic.NONE);
  private final List<Strike> strikes = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private ServerSocket listener;
  private Thread accepting;

  private FaultProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    this.listener = listen(0);
    this.port = listener.getLocalPort();
    this.accepting = accept(listener);
  }

  /** Begins to listen, on a free port; passes everything on to a port of 127.0.0.1. */
  public static FaultProxy before(int serverPort) throws IOException {
    return new FaultProxy(new InetSocketAddress(loopback(), serverPort));
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Changes what is wrong with what clients send. */
  public void up(Toxic toxic) {
    up.turn(toxic);
  }

  /** Changes what is wrong with what the server sends. */
  public void down(Toxic toxic) {
    down.turn(toxic);
  }

  /**
   * Poisons connections from the moment when the client sends a piece that begins so, as a request
   * line does; for the rest of the connection.
   *
   * @param times how many connections
   */
  public void strike(String begin, Toxic up, Toxic down, int times) {
    strikes.add(
        new Strike(begin, new Direction(up), new Direction(down), new AtomicInteger(times), times));
  }

  /** How many connections were struck because of such a beginning. */
  public int struck(String begin) {
    return strikes.stream()
        .filter(strike -> strike.begin().equals(begin))
        .mapToInt(strike -> strike.times() - Math.max(0, strike.left().get()))
        .sum();
  }

  /** Makes both directions whole again, forgets the strikes that are left, and listens. */
  public void heal() throws IOException {
    strikes.clear();
    up(Toxic.NONE);
    down(Toxic.NONE);
    accept();
  }

  /** Refuses new connections; the open ones stay. */
  public synchronized void refuse() throws IOException {
    listener.close();
    try {
      // Only when nobody waits in it any more does the system let go of the port.
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes new connections again. */
  public synchronized void accept() throws IOException {
    if (listener.isClosed() && closing.getCount() > 0) {
      listener = listen(port);
      accepting = accept(listener);
    }
  }

  /** Closes all connections that are open now; with a reset when asked. */
  public void drop(boolean reset) {
    connections.forEach(connection -> connection.close(reset));
  }

  /** How many connections were taken so far. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open. */
  public int open() {
    return connections.size();
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    refuse();
    drop(false);
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(loopback(), port));
    return socket;
  }

  private Thread accept(ServerSocket from) {
    return start(
        "proxy-accept",
        () -> {
          while (!from.isClosed()) {
            try {
              take(from.accept());
            } catch (IOException e) {
              // The listener was closed, or the client is gone already.
            }
          }
        });
  }

  private void take(Socket client) throws IOException {
    accepted.incrementAndGet();
    Socket behind = new Socket();
    try {
      behind.connect(server, CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
    } catch (IOException e) {
      client.close();
      behind.close();
      return;
    }
    Connection connection = new Connection(client, behind);
    connections.add(connection);
    start("proxy-up", () -> connection.pump(client, behind, true));
    start("proxy-down", () -> connection.pump(behind, client, false));
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** One direction of all connections. */
  private static final class Direction {
    private final AtomicLong turns = new AtomicLong();
    private volatile Toxic toxic;

    Direction(Toxic toxic) {
      this.toxic = toxic;
    }

    void turn(Toxic next) {
      toxic = next;
      turns.incrementAndGet();
    }
  }

  /** What hits connections that begin so. */
  private record Strike(String begin, Direction up, Direction down, AtomicInteger left, int times) {

    boolean hits(byte[] bytes, int length) {
      int compared = Math.min(length, begin.length());
      boolean begins = new String(bytes, 0, compared, StandardCharsets.US_ASCII).equals(begin);
      return begins && left.getAndDecrement() > 0;
    }
  }

  /** A client and the server, tied together. */
  private final class Connection {

    private final Socket client;
    private final Socket behind;
    private volatile Direction ownUp = up;
    private volatile Direction ownDown = down;

    Connection(Socket client, Socket behind) {
      this.client = client;
      this.behind = behind;
    }

    void pump(Socket from, Socket to, boolean isUp) {
      byte[] buffer = new byte[BUFFER];
      Direction direction = isUp ? up : down;
      long turn = direction.turns.get();
      long passed = 0;
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        int read = in.read(buffer);
        while (read >= 0) {
          if (isUp) {
            strike(buffer, read);
          }
          Direction now = isUp ? ownUp : ownDown;
          if (now != direction || now.turns.get() != turn) {
            direction = now;
            turn = now.turns.get();
            passed = 0;
          }
          if (!pass(buffer, read, passed, direction.toxic, out)) {
            return;
          }
          passed += read;
          read = in.read(buffer);
        }
      } catch (IOException e) {
        // One side is gone; so is the other.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close(false);
      }
    }

    private void strike(byte[] bytes, int length) {
      for (Strike strike : strikes) {
        if (strike.hits(bytes, length)) {
          ownUp = strike.up();
          ownDown = strike.down();
        }
      }
    }

    /** Passes a piece on; false when nothing shall follow it. */
    private boolean pass(byte[] bytes, int length, long passed, Toxic toxic, OutputStream out)
        throws IOException, InterruptedException {
      if (toxic instanceof Toxic.Latency latency) {
        pause(latency.pause());
      } else if (toxic instanceof Toxic.Slices slices) {
        return inPieces(bytes, length, slices.size(), slices.pause(), out);
      } else if (toxic instanceof Toxic.Bandwidth bandwidth) {
        int piece = Math.max(1, bandwidth.bytesPerSecond() / 20);
        return inPieces(bytes, length, piece, Duration.ofMillis(50), out);
      } else if (toxic instanceof Toxic.Cut cut) {
        return upTo(cut.bytes() - passed, bytes, length, out);
      } else if (toxic instanceof Toxic.Reset reset) {
        if (!upTo(reset.bytes() - passed, bytes, length, out)) {
          close(true);
          return false;
        }
        return true;
      } else if (toxic instanceof Toxic.HalfOpen open) {
        if (!upTo(open.bytes() - passed, bytes, length, out)) {
          awaitEnd();
          return false;
        }
        return true;
      }
      out.write(bytes, 0, length);
      return true;
    }

    private boolean upTo(long room, byte[] bytes, int length, OutputStream out) throws IOException {
      out.write(bytes, 0, (int) Math.max(0, Math.min(room, length)));
      out.flush();
      return room > length;
    }

    private boolean inPieces(byte[] bytes, int length, int size, Duration pause, OutputStream out)
        throws IOException, InterruptedException {
      for (int at = 0; at < length; at += size) {
        out.write(bytes, at, Math.min(size, length - at));
        out.flush();
        pause(pause);
      }
      return true;
    }

    private void pause(Duration pause) throws InterruptedException {
      boolean over = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      if (over) {
        throw new InterruptedException("the proxy is closed");
      }
    }

    /** Keeps the sockets open and deaf until someone drops the connection. */
    private void awaitEnd() throws InterruptedException {
      while (connections.contains(this) && !closing.await(20, TimeUnit.MILLISECONDS)) {
        // Still open.
      }
    }

    void close(boolean reset) {
      connections.remove(this);
      for (Socket socket : new Socket[] {client, behind}) {
        try {
          if (reset && !socket.isClosed()) {
            socket.setSoLinger(true, 0);
          }
          socket.close();
        } catch (IOException e) {
          // It was closed already.
        }
      }
    }
  }
}
