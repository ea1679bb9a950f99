package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.batchdrop.config.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but the public internet is fetched from, however the address is written. */
class PublicAddressesTest {

  private static final URI LOOPBACK = URI.create("https://localhost/");

  @TempDir private static Path certificate;
  private final CallDeadlines deadlines = new CallDeadlines();
  private TlsServer server;

  @BeforeEach
  void open() throws Exception {
    server = new TlsServer(certificate).file("/secret", "secret".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    server.close();
    deadlines.close();
  }

  private String get(String address, DnsResolver names, Predicate<InetAddress> allowed)
      throws IOException {
    HttpClientBuilder builder = HttpClientBuilder.create().disableAutomaticRetries();
    new PublicAddresses(deadlines, names, allowed, true).configureHttpClient(builder);
    try (CloseableHttpClient client = builder.build()) {
      deadlines.next(Duration.ofSeconds(20));
      return client.execute(
          new HttpGet(address),
          reply -> reply.getCode() + " " + EntityUtils.toString(reply.getEntity()));
    }
  }

  /** A name server that says the same of each name. */
  private record Names(List<String> addresses) implements DnsResolver {

    static final String PUBLIC = "93.184.216.34";
    static final String OWN = "127.0.0.1";

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] found = new InetAddress[addresses.size()];
      for (int i = 0; i < found.length; i++) {
        found[i] =
            InetAddress.getByAddress(host, InetAddress.getByName(addresses.get(i)).getAddress());
      }
      return found;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "127.255.255.254",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[fc00::1]",
        "[fd00::8]",
        "[fdff:ffff::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001::1]",
        "[2001:10::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::1]",
        "[2002:a00:1::]",
        "[3fff::1]",
        "[4000::1]",
        "[e000::1]",
        "localhost"
      })
  void anAddressOfNoPublicNetworkIsRefused(String host) {
    assertThatThrownBy(
            () ->
                get(
                    "https://" + host + ":" + server.port() + "/secret",
                    system(),
                    PublicAddresses::isPublic))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("no address of the public internet")
        .hasMessageContaining("batchdrop.fetch-private");
    assertThat(server.asked()).isEmpty();
  }

  private static DnsResolver system() {
    return SystemDefaultDnsResolver.INSTANCE;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2400:3200::1",
        "2606:4700::1",
        "2a00::1",
        "2001:200::1"
      })
  void anAddressOfThePublicInternetIsTaken(String address) throws UnknownHostException {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void ofANameEachAddressMustBePublic() {
    assertThatThrownBy(
            () ->
                get(
                    server.address("/secret"),
                    new Names(List.of(Names.PUBLIC, Names.OWN)),
                    PublicAddresses::isPublic))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("127.0.0.1");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aNameIsResolvedOnceAndTheConnectionGoesToThatAnswer() throws IOException {
    AtomicInteger questions = new AtomicInteger();
    DnsResolver own = new Names(List.of(Names.OWN));
    DnsResolver counted =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            questions.incrementAndGet();
            return own.resolve(host);
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };

    assertThat(get(server.address("/secret"), counted, any -> true)).isEqualTo("200 secret");
    assertThat(questions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://169.254.169.254/latest", "https://127.0.0.2:1/", "https://0/"})
  void aRedirectionGoesThroughTheSameGate(String target) throws Exception {
    InetAddress first = InetAddress.getLoopbackAddress();
    server.page("/away", exchange -> redirect(exchange, target));

    assertThatThrownBy(() -> get(server.address("/away"), system(), first::equals))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("no address of the public internet");
    assertThat(server.asked()).containsExactly("/away");
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    TlsServer.send(exchange, 302, new byte[0]);
  }

  @Test
  void aRedirectionStaysWithHttps() {
    server.page("/plain", exchange -> redirect(exchange, "http://localhost:1/secret"));

    assertThatThrownBy(() -> get(server.address("/plain"), system(), any -> true))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("only https");
  }

  @Test
  void threeRedirectionsAreFollowedAndNoFourth() throws IOException {
    for (int i = 1; i <= 4; i++) {
      String next = i == 1 ? "/secret" : "/hop" + (i - 1);
      server.page("/hop" + i, exchange -> redirect(exchange, server.address(next)));
    }

    assertThat(get(server.address("/hop3"), system(), any -> true)).isEqualTo("200 secret");
    assertThatThrownBy(() -> get(server.address("/hop4"), system(), any -> true))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("more than 3 times");
  }

  @Test
  void onlyTheUsualPortIsFetchedFrom() {
    PublicAddresses strict = PublicAddresses.of(new Settings.Fetch(1, false), deadlines);

    assertThatThrownBy(() -> strict.require(URI.create("https://a.example:22/")))
        .isInstanceOf(ForbiddenAddress.class)
        .hasMessageContaining("port 22");
    assertThatCode(() -> strict.require(LOOPBACK)).doesNotThrowAnyException();
    assertThatCode(() -> strict.require(URI.create("https://a.example:443/")))
        .doesNotThrowAnyException();
    PublicAddresses open = PublicAddresses.of(new Settings.Fetch(1, true), deadlines);
    assertThatCode(() -> open.require(URI.create("https://a.example:22/")))
        .doesNotThrowAnyException();
  }
}
