package org.batchdrop.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.SqlAnswerStore;
import org.batchdrop.provider.Accounts;

/**
 * The beans that buy: from a prepared part to answers on disk. All they touch is given to them: the
 * clock, the disk below the home, the journal, and calls that somebody else makes; so the same
 * beans run under the routes and in a simulation.
 *
 * @param preparation of {@code prepare-job}
 * @param submission of {@code submit-part}
 * @param reconciliation of {@code reconcile-part}
 * @param adoption of {@code adopt-account}
 * @param polling of {@code poll-account}
 * @param collection of {@code collect-part}
 * @param orders of {@code watch-orders}
 * @param parking of {@code sweep-journal}
 * @param asking of {@code ask-part}
 * @param deadlines of {@code cancel-late-batch}
 */
record Core(
    Preparing preparation,
    Submission submission,
    Reconciliation reconciliation,
    Adoption adoption,
    Polling polling,
    Collection collection,
    Orders orders,
    Parking parking,
    Asking asking,
    Deadlines deadlines) {

  /** Puts the beans together. */
  static Core of(
      Home home,
      Settings settings,
      Catalog catalog,
      Journal journal,
      Accounts accounts,
      InstantSource clock,
      Ticker ticker,
      Story story,
      Stopping stopping) {
    return of(
        home,
        settings,
        catalog,
        () -> named(catalog),
        journal,
        file -> SqlAnswerStore.open(file, settings.reuseSize(), clock),
        accounts,
        clock,
        ticker,
        story,
        stopping);
  }

  /** Puts the beans together, with the providers whose accounts are always looked at. */
  static Core of(
      Home home,
      Settings settings,
      Catalog catalog,
      Supplier<List<String>> providers,
      Journal journal,
      AnswerStore.Opener stores,
      Accounts accounts,
      InstantSource clock,
      Ticker ticker,
      Story story,
      Stopping stopping) {
    Attempts attempts = new Attempts(settings, journal, clock, story);
    Costs costs = new Costs(home, catalog);
    JobPipelines pipelines = new JobPipelines(home);
    Rates rates = new Rates(clock);
    Room room = new Room(settings, journal, pipelines, costs, attempts, clock);
    Parking parking = new Parking(settings, journal, accounts, attempts, clock, story);
    Superseding superseding = new Superseding(home, journal, clock);
    Adoption adoption =
        new Adoption(
            settings, journal, accounts, providers, parking, attempts, superseding, clock, story);
    Space space = new Space(home);
    Admission admission = new Admission(adoption, parking, space, room, rates, attempts);
    Reconciliation reconciliation =
        new Reconciliation(
            journal, accounts, attempts, superseding, clock, ticker::nanoTime, story);
    Deadlines deadlines = new Deadlines(pipelines, journal, accounts, clock, story);
    Resubmission resubmission =
        new Resubmission(
            home, stores, journal, accounts, adoption, costs, room, deadlines, clock, story,
            stopping);
    return new Core(
        new Preparing(home, stores, catalog, journal, accounts, costs, clock, story, stopping),
        new Submission(
            home,
            journal,
            accounts,
            admission,
            deadlines,
            superseding,
            costs,
            attempts,
            clock,
            story),
        reconciliation,
        adoption,
        new Polling(home, journal, accounts, parking, rates, attempts, clock, story),
        new Collection(
            home,
            journal,
            accounts,
            attempts,
            admission,
            resubmission,
            parking,
            settings,
            clock,
            story),
        new Orders(home, journal, accounts, reconciliation, settings, clock, story),
        parking,
        new Asking(
            home, settings, journal, accounts, admission, room, attempts, clock, ticker, story,
            stopping),
        deadlines);
  }

  /** Gives the beans the names that the routes know. */
  void bind(BiConsumer<String, Object> registry) {
    registry.accept("preparation", preparation);
    registry.accept("submission", submission);
    registry.accept("reconciliation", reconciliation);
    registry.accept("adoption", adoption);
    registry.accept("polling", polling);
    registry.accept("collection", collection);
    registry.accept("orders", orders);
    registry.accept("parking", parking);
    registry.accept("asking", asking);
    registry.accept("deadlines", deadlines);
  }

  /** The providers that pipelines name; the embedded one has nothing that could be forgotten. */
  private static List<String> named(Catalog catalog) {
    try {
      return catalog.providersOfPipelines().stream()
          .filter(profile -> profile.baseUrl().isPresent())
          .map(ProviderProfile::name)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("pipelines can't be read", e);
    }
  }
}
