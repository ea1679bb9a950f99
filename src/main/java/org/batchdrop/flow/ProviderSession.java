package org.batchdrop.flow;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Keyring;
import org.batchdrop.provider.Reply;

/**
 * Calls to providers without a daemon, through the daemon's own routes: each is one physical HTTP
 * call, never repeated. It keeps nothing and touches no journal. Confined to one thread.
 */
public final class ProviderSession implements AutoCloseable {

  private final Accounts accounts;
  private final CallDeadlines deadlines;
  private final Main main;
  private final ProducerTemplate template;

  private ProviderSession(
      Accounts accounts, CallDeadlines deadlines, Main main, ProducerTemplate template) {
    this.accounts = accounts;
    this.deadlines = deadlines;
    this.main = main;
    this.template = template;
  }

  /** Opens a session in a home. */
  public static ProviderSession open(
      Home home,
      Settings settings,
      Catalog catalog,
      Function<String, Optional<String>> environment,
      Optional<RawReplies> debug) {
    return open(
        home,
        settings,
        catalog,
        environment,
        debug.<WireWatch>map(raw -> raw).orElse(WireWatch.NONE));
  }

  /** Opens a session whose exchanges somebody looks at. */
  static ProviderSession open(
      Home home,
      Settings settings,
      Catalog catalog,
      Function<String, Optional<String>> environment,
      WireWatch watch) {
    Accounts accounts =
        new Accounts(
            catalog,
            new Keyring(home.root(), environment),
            () -> URI.create("http://127.0.0.1:1/v1"),
            settings.timeouts());
    CallDeadlines deadlines = new CallDeadlines();
    Main main = new Main();
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.bind("callDeadlines", deadlines);
    main.bind("wire", new Wire(InstantSource.system(), deadlines, watch));
    main.bind("pages", new Listing.Pages());
    main.bind("collection", new NoDownloads());
    Properties properties = Daemon.properties(home, settings, "provider.camel.yaml");
    // Two in one process must not share what belongs to a name.
    properties.setProperty("camel.main.name", "session-" + UUID.randomUUID());
    main.setOverrideProperties(properties);
    try {
      main.start();
      return new ProviderSession(
          accounts, deadlines, main, main.getCamelContext().createProducerTemplate());
    } catch (RuntimeException e) {
      main.stop();
      deadlines.close();
      throw e;
    }
  }

  /**
   * The account of a provider that is reached over the network.
   *
   * @throws ProviderTrouble when the profile or its key is missing, or it lives inside the daemon
   */
  Account account(String provider) throws ProviderTrouble {
    try {
      Account account = accounts.account(provider);
      if (account.profile().baseUrl().isEmpty()) {
        throw new ProviderTrouble(
            "provider "
                + provider
                + " lives inside the daemon and ends with it; expected one with a 'base-url'");
      }
      return account;
    } catch (KeyMissing | IllegalArgumentException e) {
      throw new ProviderTrouble(String.valueOf(e.getMessage()));
    }
  }

  /** The profiles and keys of the home. */
  Accounts accounts() {
    return accounts;
  }

  /** Makes one call. */
  Reply send(Call call) {
    Exchange done =
        template.send("direct:call-provider", exchange -> exchange.getIn().setBody(call));
    Exception failure = done.getException();
    if (failure != null) {
      throw new IllegalStateException("the route call-provider failed", failure);
    }
    return done.getMessage().getBody(Reply.class);
  }

  /**
   * Makes a call that nothing is paid for.
   *
   * @throws ProviderTrouble when it was not done
   */
  Reply.Done done(Call call, String doing) throws ProviderTrouble {
    Reply reply = send(call);
    if (reply instanceof Reply.Done done) {
      return done;
    }
    throw new ProviderTrouble(doing + ": " + reply.reason());
  }

  @Override
  public void close() throws IOException {
    template.close();
    main.stop();
    deadlines.close();
  }

  /** The route that stores a file is loaded with the others, and never called. */
  @SuppressWarnings("DoNotCallSuggester") // Camel looks for the methods.
  public static final class NoDownloads {

    /** Never called. */
    public Object target() {
      throw new IllegalStateException("a session stores no files");
    }

    /** Never called. */
    public Object download() {
      throw new IllegalStateException("a session stores no files");
    }

    /** Never called. */
    public void fetched() {
      throw new IllegalStateException("a session stores no files");
    }
  }
}
