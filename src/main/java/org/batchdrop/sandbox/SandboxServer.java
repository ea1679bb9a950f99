package org.batchdrop.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sandbox provider on 127.0.0.1. Thread-safe.
 *
 * <p>Everything it knows is in the directory of its settings: closing it, or killing its process,
 * and starting again on the same directory goes on where it was, and a batch catches up with the
 * time that has passed.
 *
 * <p>The JDK's HTTP server waits 40 ms with each reply unless the system property {@code
 * sun.net.httpserver.nodelay} is {@code true} when it is first used. It is set here when it is not
 * set at all; a launcher that uses the HTTP server earlier must set it itself.
 */
public final class SandboxServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SandboxServer.class);
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final int HTTP_THREADS = 16;
  private static final long HTTP_STOP_MILLIS = 500;

  private final FileChannel lock;
  private final Ledger ledger;
  private final BatchEngine engine;
  private final HttpServer http;
  private final ExecutorService httpThreads;
  private final Routes routes;
  private final Faults faults;
  private boolean closed;

  private SandboxServer(
      SandboxSettings settings, InstantSource clock, FileChannel lock, HttpServer http)
      throws IOException {
    this.lock = lock;
    this.http = http;
    Path directory = settings.directory();
    OpaqueIds ids = new OpaqueIds();
    FileStore files = FileStore.open(directory.resolve("files"), clock, ids);
    BatchStore batches = BatchStore.open(directory.resolve("batches"), clock, ids);
    ledger = Ledger.open(directory.resolve("ledger"));
    Answers answers = new Answers();
    engine =
        new BatchEngine(
            settings, clock, batches, files, ledger, new RowExecutor(answers, settings));
    faults = new Faults(clock);
    settings.faults().forEach(faults::add);
    CountDownLatch closing = new CountDownLatch(1);
    FaultGate gate =
        new FaultGate(
            faults,
            new FaultSubject.Stores(files, batches, ledger),
            clock,
            scratch(directory),
            closing);
    routes =
        new Routes(
            settings,
            ids,
            new FilesApi(files, ledger, settings.maxFileBytes()),
            new BatchesApi(files, batches, engine, ledger),
            new RealtimeApi(answers, ledger, clock, settings.maxLineBytes()),
            new LedgerApi(ledger, batches),
            gate,
            closing);
    httpThreads = Executors.newFixedThreadPool(HTTP_THREADS, SandboxServer::httpThread);
    http.setExecutor(httpThreads);
    http.createContext("/", routes);
    ledger.reconcile(files.all(), batches.newestFirst());
  }

  /**
   * Starts a provider on the system's clock, and goes on with unfinished batches.
   *
   * @throws IOException when the port is taken, or the directory cannot be used or is in use by
   *     another provider
   */
  public static SandboxServer start(SandboxSettings settings) throws IOException {
    return start(settings, Clock.systemUTC());
  }

  /**
   * Starts a provider on a clock of the caller's.
   *
   * @throws IOException when the port is taken, or the directory cannot be used or is in use by
   *     another provider
   */
  public static SandboxServer start(SandboxSettings settings, InstantSource clock)
      throws IOException {
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
    FileChannel lock = lock(settings.directory());
    HttpServer http = null;
    try {
      http = HttpServer.create(new InetSocketAddress(loopback(), settings.port()), 0);
      SandboxServer server = new SandboxServer(settings, clock, lock, http);
      server.engine.resume();
      http.start();
      log.info("sandbox provider started: url={}", server.baseUrl());
      return server;
    } catch (IOException | RuntimeException e) {
      if (http != null) {
        http.stop(0);
      }
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException(inUse(directory), e);
    }
    channel.close();
    throw new IOException(inUse(directory));
  }

  private static String inUse(Path directory) {
    return "sandbox: directory '" + directory + "' is in use by another provider";
  }

  /** A killed process may have left something there. */
  private static Path scratch(Path directory) throws IOException {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    return scratch;
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
  }

  private static Thread httpThread(Runnable work) {
    Thread thread = new Thread(work, "sandbox-http");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the TCP port that it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  /** Returns the URL that a client is given, such as {@code http://127.0.0.1:8080/v1}. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + port() + "/v1");
  }

  /** Returns what the provider really did; readable after the provider is closed. */
  public Ledger ledger() {
    return ledger;
  }

  /** Returns the faults, which can be changed at any time. */
  public Faults faults() {
    return faults;
  }

  /**
   * Stops: drops open connections, lets the current rows end, makes all progress durable. Takes
   * less than a second. Closing again does nothing.
   *
   * @throws IOException when the last progress cannot be written
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    routes.close();
    http.stop(0);
    // No interrupt: it would close the files that a request is just writing.
    httpThreads.shutdown();
    try (lock) {
      engine.close();
      if (!httpThreads.awaitTermination(HTTP_STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        log.warn("requests did not end in time: millis={}", HTTP_STOP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ledger.stop();
    }
    log.info("sandbox provider stopped");
  }
}
