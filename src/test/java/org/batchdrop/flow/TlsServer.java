package org.batchdrop.flow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Files behind https on the loopback address. While it is open, this JVM trusts its certificate,
 * which was made for {@code localhost} a moment ago.
 */
final class TlsServer implements AutoCloseable {

  private static final String TRUST = "javax.net.ssl.trustStore";
  private static final char[] WORD = "changeit".toCharArray();

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Optional<String> trusted = Optional.ofNullable(System.getProperty(TRUST));

  /** Answers one request. */
  interface Page {
    void answer(HttpExchange exchange) throws IOException;
  }

  /**
   * Starts a server.
   *
   * @param folder where its certificate is; made when there is none yet
   */
  TlsServer(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
    Path store = folder.resolve("tls.p12");
    if (Files.notExists(store)) {
      makeCertificate(store);
    }
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    server.setHttpsConfigurator(new HttpsConfigurator(context(store)));
    server.setExecutor(threads);
    server.start();
    System.setProperty(TRUST, store.toString());
    System.setProperty(TRUST + "Password", new String(WORD));
  }

  private static void makeCertificate(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "t",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(WORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  private static SSLContext context(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, WORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, WORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /** Serves a page; a path that begins alike but is longer is served too. */
  TlsServer page(String path, Page page) {
    server.createContext(
        path,
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          try (exchange) {
            page.answer(exchange);
          }
        });
    return this;
  }

  /** Serves a file. */
  TlsServer file(String path, byte[] content) {
    return page(path, exchange -> send(exchange, 200, content));
  }

  static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }

  /** The address of a page. */
  String address(String path) {
    return "https://localhost:" + port() + path;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** What was asked for, in order. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    trusted.ifPresentOrElse(
        store -> System.setProperty(TRUST, store), () -> System.clearProperty(TRUST));
    System.clearProperty(TRUST + "Password");
  }
}
