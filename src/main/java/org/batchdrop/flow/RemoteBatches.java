package org.batchdrop.flow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchDetails;
import org.batchdrop.provider.BatchPage;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Reply;

/** The batches at one provider, whoever made them. Looking costs nothing and changes nothing. */
public final class RemoteBatches {

  private final ProviderSession session;
  private final Account account;
  private final Belongings belongings;

  /**
   * Looks at a provider.
   *
   * @throws ProviderTrouble when its profile or key is missing, or it lives inside the daemon
   */
  public RemoteBatches(ProviderSession session, String provider, Belongings belongings)
      throws ProviderTrouble {
    this.session = session;
    this.account = session.account(provider);
    this.belongings = belongings;
  }

  /**
   * What a list showed.
   *
   * @param batches the wanted ones in the provider's order, newest first
   * @param failure why the list was not read to its end; empty when it was, or needed not be
   */
  public record Found(List<RemoteBatch> batches, Optional<String> failure) {}

  /** Walks through the list, to its end or until as many are found as are wanted. */
  public Found list(BatchFilter filter) {
    Listing listing = new Listing(account, filter.after().orElse(Instant.MIN), Set.of());
    List<RemoteBatch> found = new ArrayList<>();
    int seen = 0;
    while (listing.isMore() && found.size() < filter.most()) {
      Reply reply = session.send(listing.nextPage());
      Map<String, BatchDetails> details =
          reply instanceof Reply.Done done ? BatchPage.details(done.body()) : Map.of();
      listing.take(reply);
      List<BatchView> all = listing.found();
      for (BatchView view : all.subList(seen, all.size())) {
        RemoteBatch batch =
            RemoteBatch.of(
                view, details.getOrDefault(view.id(), BatchDetails.NONE), belongings.of(view));
        boolean isNews = found.stream().noneMatch(other -> other.id().equals(batch.id()));
        if (isNews && filter.accepts(batch) && found.size() < filter.most()) {
          found.add(batch);
        }
      }
      seen = all.size();
    }
    return new Found(found, listing.failure().map(Reply::why));
  }

  /**
   * Reads a batch.
   *
   * @throws ProviderTrouble when the provider does not show it
   */
  public RemoteBatch batch(String id) throws ProviderTrouble {
    return read(
        session.done(account.retrieve(id), "batch " + id + " can't be read"), "batch " + id);
  }

  /**
   * Asks the provider to end a batch; finished rows are kept and paid.
   *
   * @return the batch as it is then
   * @throws ProviderTrouble when the provider refuses
   */
  public RemoteBatch cancel(String id) throws ProviderTrouble {
    return read(
        session.done(account.cancel(id), "batch " + id + " was not cancelled"), "batch " + id);
  }

  private RemoteBatch read(Reply.Done done, String what) throws ProviderTrouble {
    BatchView view =
        BatchView.of(done.body())
            .orElseThrow(
                () -> new ProviderTrouble(what + ": there is no batch in it; " + done.why()));
    return RemoteBatch.of(view, BatchDetails.of(done.body()), belongings.of(view));
  }
}
