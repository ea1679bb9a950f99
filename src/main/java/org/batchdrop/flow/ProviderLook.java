package org.batchdrop.flow;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Keyring;

/**
 * Reads the lists of batches at the providers once, through the same routes as the daemon, and
 * compares them with the journal. It buys, changes and cancels nothing.
 */
public final class ProviderLook {

  private ProviderLook() {}

  /**
   * What a provider showed.
   *
   * @param provider its profile's name
   * @param ours how many of its batches carry a submission key of Batchdrop's
   * @param unknown those that no part of the journal has, one line each
   * @param failure why its list could not be read to the end; empty when it was
   */
  public record Shown(String provider, int ours, List<String> unknown, Optional<String> failure) {}

  /** Looks at every provider that has an address and a key, and that a pipeline names. */
  public static List<Shown> at(
      Home home,
      Settings settings,
      Catalog catalog,
      Function<String, Optional<String>> environment,
      Journal journal)
      throws IOException {
    List<Shown> shown = new ArrayList<>();
    Accounts accounts =
        new Accounts(
            catalog,
            new Keyring(home.root(), environment),
            () -> URI.create("http://127.0.0.1:1/v1"),
            settings.timeouts());
    CallDeadlines deadlines = new CallDeadlines();
    Main main = main(home, settings, catalog, journal, accounts, deadlines);
    try (deadlines) {
      main.start();
      ProducerTemplate template = main.getCamelContext().createProducerTemplate();
      for (ProviderProfile profile : catalog.providersOfPipelines()) {
        if (profile.baseUrl().isPresent() && profile.batch().habits().canList()) {
          shown.add(look(profile.name(), accounts, journal, template));
        }
      }
      template.close();
    } finally {
      main.stop();
    }
    return shown;
  }

  private static Shown look(
      String provider, Accounts accounts, Journal journal, ProducerTemplate template) {
    Listing listing;
    try {
      listing = Adoption.listing(accounts.account(provider), InstantSource.system().instant());
    } catch (KeyMissing e) {
      return new Shown(provider, 0, List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
    Exchange done =
        template.send("direct:list-batches", exchange -> exchange.setVariable("listing", listing));
    Optional<String> failure =
        Optional.ofNullable(done.getException())
            .map(Exception::getMessage)
            .or(() -> listing.failure().map(reply -> reply.why()));
    List<String> unknown = new ArrayList<>();
    int ours = 0;
    for (BatchView batch : listing.found()) {
      Optional<PartId> part = Adoption.named(batch);
      if (part.isPresent()) {
        ours++;
        boolean isKnown =
            journal.part(part.get()).map(Part::state).stream()
                .anyMatch(state -> state.batchId().equals(Optional.of(batch.id())));
        if (!isKnown) {
          unknown.add(batch.id() + " (" + batch.status() + ") of " + part.get().submissionKey());
        }
      }
    }
    return new Shown(provider, ours, unknown, failure);
  }

  private static Main main(
      Home home,
      Settings settings,
      Catalog catalog,
      Journal journal,
      Accounts accounts,
      CallDeadlines deadlines) {
    Main main = new Main();
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    InstantSource clock = InstantSource.system();
    main.bind("callDeadlines", deadlines);
    main.bind("wire", new Wire(clock, deadlines));
    main.bind("pages", new Listing.Pages());
    Core.of(
            home,
            settings,
            catalog,
            journal,
            accounts,
            clock,
            System::nanoTime,
            new Story(),
            new Stopping())
        .bind(main::bind);
    main.setOverrideProperties(Daemon.properties(home, settings, "provider.camel.yaml"));
    return main;
  }
}
