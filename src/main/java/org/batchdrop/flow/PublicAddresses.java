package org.batchdrop.flow;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.protocol.RedirectLocations;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.batchdrop.config.Settings;

/**
 * Keeps whoever may drop an address from reaching into the network that the daemon runs in. A name
 * is resolved once for each connection; all that it stands for must be public, and the connection
 * goes to just these addresses, so that a second answer of the name server changes nothing. Each
 * redirection goes through the same gate, stays with https, and there are three at most.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IPv4 special-purpose
 *     addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IPv6 special-purpose
 *     addresses</a>
 */
final class PublicAddresses implements HttpClientConfigurer {

  private static final int MOST_REDIRECTIONS = 3;
  private static final int HTTPS = 443;

  private static final List<Network> NOT_PUBLIC =
      networks(
          "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12"
              + " 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15"
              + " 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
              // 2001::/23 and 2002::/16 hold IPv4 addresses, which a gateway would go on to.
              + " 2001::/23 2001:db8::/32 2002::/16 3fff::/20");

  /** Of IPv6, everything that was ever given to networks. */
  private static final Network PUBLIC_6 = Network.of("2000::/3");

  private static final String SETTING =
      "; for a server in your own network set 'batchdrop.fetch-private=true'";

  private final CallDeadlines deadlines;
  private final DnsResolver names;
  private final Predicate<InetAddress> allowed;
  private final boolean isAnyPortAllowed;

  /**
   * @param names resolves a name to its addresses
   * @param allowed which of them a connection may go to
   * @param isAnyPortAllowed whether ports other than 443 are
   */
  PublicAddresses(
      CallDeadlines deadlines,
      DnsResolver names,
      Predicate<InetAddress> allowed,
      boolean isAnyPortAllowed) {
    this.deadlines = deadlines;
    this.names = names;
    this.allowed = allowed;
    this.isAnyPortAllowed = isAnyPortAllowed;
  }

  /** The gate of a daemon. */
  static PublicAddresses of(Settings.Fetch settings, CallDeadlines deadlines) {
    boolean isOpen = settings.isPrivateAllowed();
    return new PublicAddresses(
        deadlines,
        SystemDefaultDnsResolver.INSTANCE,
        address -> isOpen || isPublic(address),
        isOpen);
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    deadlines.configureHttpClient(client);
    client
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(new Gate()).build())
        .setConnectionManagerShared(false)
        .setRedirectStrategy(new Redirections())
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching();
  }

  /**
   * Lets an address pass by its form.
   *
   * @throws ForbiddenAddress when it is not https or names another port
   */
  void require(URI uri) {
    if (!"https".equalsIgnoreCase(uri.getScheme())) {
      throw new ForbiddenAddress("only https is fetched, no " + uri.getScheme());
    }
    if (!isAnyPortAllowed && uri.getPort() != -1 && uri.getPort() != HTTPS) {
      throw new ForbiddenAddress(
          "port " + uri.getPort() + " is not fetched from; expected 443, or none" + SETTING);
    }
  }

  /** Whether an address belongs to the public internet. */
  static boolean isPublic(InetAddress address) {
    boolean isKnown = address instanceof Inet4Address || PUBLIC_6.holds(address);
    return isKnown && NOT_PUBLIC.stream().noneMatch(network -> network.holds(address));
  }

  private static List<Network> networks(String texts) {
    return Arrays.stream(texts.split(" ")).map(Network::of).toList();
  }

  /**
   * Addresses that begin alike.
   *
   * @param start the first one
   * @param bits that count
   */
  private record Network(InetAddress start, int bits) {

    static Network of(String text) {
      String[] halves = text.split("/");
      try {
        return new Network(InetAddress.getByName(halves[0]), Integer.parseInt(halves[1]));
      } catch (UnknownHostException e) {
        throw new IllegalStateException(text + " is no address", e);
      }
    }

    boolean holds(InetAddress address) {
      byte[] own = start.getAddress();
      byte[] other = address.getAddress();
      if (own.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if (((own[bit / 8] ^ other[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Resolves names for the connections. */
  private final class Gate implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] addresses = names.resolve(host);
      for (InetAddress address : addresses) {
        if (!allowed.test(address)) {
          throw new ForbiddenAddress(
              "'"
                  + host
                  + "' stands for "
                  + address.getHostAddress()
                  + ", which is no address of the public internet"
                  + SETTING);
        }
      }
      return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
      return names.resolveCanonicalHostname(host);
    }
  }

  /** Follows few redirections, and only to where an address may lead in the first place. */
  private final class Redirections extends DefaultRedirectStrategy {

    @Override
    public URI getLocationURI(HttpRequest request, HttpResponse response, HttpContext context)
        throws HttpException {
      URI location = super.getLocationURI(request, response, context);
      RedirectLocations earlier = HttpClientContext.cast(context).getRedirectLocations();
      if (earlier != null && earlier.size() >= MOST_REDIRECTIONS) {
        throw new ForbiddenAddress(
            "it was redirected more than "
                + MOST_REDIRECTIONS
                + " times; expected the last address");
      }
      require(location);
      return location;
    }
  }
}
