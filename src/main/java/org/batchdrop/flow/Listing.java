package org.batchdrop.flow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchPage;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Reply;

/**
 * One walk through an account's list of batches, newest first, page by page, until everything
 * wanted was seen or a whole page is older than it can be. Used by {@code list-batches}; not
 * thread-safe.
 */
public final class Listing {

  private static final int MAX_PAGES = 50;

  private final Account account;
  private final Instant until;
  private final Set<String> wanted;
  private final List<BatchView> found = new ArrayList<>();
  private Optional<String> after = Optional.empty();
  private Optional<Reply> failure = Optional.empty();
  private boolean more = true;
  private int pages;

  /**
   * Begins a walk.
   *
   * @param account whose list
   * @param until batches created before this are of no interest
   * @param wanted batches after which the walk may stop early; empty: it goes on to {@code until}
   */
  public Listing(Account account, Instant until, Set<String> wanted) {
    this.account = account;
    this.until = until;
    this.wanted = new HashSet<>(wanted);
  }

  /** Tells whether another page is needed. */
  public boolean isMore() {
    return more;
  }

  /** The call for the next page. */
  public Call nextPage() {
    return account.list(after);
  }

  /** Takes a page in. */
  public void take(@Body Reply reply) {
    pages++;
    if (!(reply instanceof Reply.Done done)) {
      failure = Optional.of(reply);
      more = false;
      return;
    }
    BatchPage page = BatchPage.of(done.body());
    found.addAll(page.batches());
    boolean hadWishes = !wanted.isEmpty();
    page.batches().forEach(batch -> wanted.remove(batch.id()));
    boolean allOld =
        !page.batches().isEmpty()
            && page.batches().stream()
                .allMatch(batch -> batch.createdAt().map(at -> at.isBefore(until)).orElse(false));
    after = page.next();
    more = after.isPresent() && !allOld && pages < MAX_PAGES && !(hadWishes && wanted.isEmpty());
  }

  /** Does not look at all. */
  Listing skipped() {
    more = false;
    return this;
  }

  /** The batches seen so far. */
  List<BatchView> found() {
    return found;
  }

  /** Why the walk ended early; empty when it didn't. */
  Optional<Reply> failure() {
    return failure;
  }

  /** Hands a page to the walk that asked for it; the bean of {@code list-batches}. */
  public static final class Pages {

    /** The call for the next page of a walk. */
    public Call next(@Variable("listing") Listing listing) {
      return listing.nextPage();
    }

    /** Gives a walk its page. */
    public void take(@Variable("listing") Listing listing, @Body Reply reply) {
      listing.take(reply);
    }
  }
}
