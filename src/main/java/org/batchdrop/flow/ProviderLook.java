package org.batchdrop.flow;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Reply;

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
    try (ProviderSession session =
        ProviderSession.open(home, settings, catalog, environment, WireWatch.NONE)) {
      for (ProviderProfile profile : catalog.providersOfPipelines()) {
        if (profile.baseUrl().isPresent() && profile.batch().habits().canList()) {
          shown.add(look(profile.name(), session, journal));
        }
      }
    }
    return shown;
  }

  private static Shown look(String provider, ProviderSession session, Journal journal) {
    Listing listing;
    try {
      listing = Adoption.listing(session.account(provider), InstantSource.system().instant());
    } catch (ProviderTrouble e) {
      return new Shown(provider, 0, List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
    while (listing.isMore()) {
      listing.take(session.send(listing.nextPage()));
    }
    Optional<String> failure = listing.failure().map(Reply::why);
    List<String> unknown = new ArrayList<>();
    int ours = 0;
    for (BatchView batch : listing.found()) {
      Optional<PartId> part = BatchOwners.named(batch);
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
}
