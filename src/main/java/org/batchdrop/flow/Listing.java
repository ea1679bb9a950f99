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

  private static final int MAX_PAGES = 1000;

  private final Account account;
  private final Instant until;
  private final Set<String> wanted;
  private final List<BatchView> found = new ArrayList<>();
  private final Set<String> shown = new HashSet<>();
  private Optional<String> after = Optional.empty();
  private Optional<String> cursor = Optional.empty();
  private Optional<Reply> failure = Optional.empty();
  private boolean more = true;
  private boolean isRefused;
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
    return cursor.map(account::listAt).orElseGet(() -> account.list(after));
  }

  /** Takes a page in. */
  public void take(@Body Reply reply) {
    pages++;
    if (!(reply instanceof Reply.Done done)) {
      failure = Optional.of(reply);
      isRefused = true;
      more = false;
      return;
    }
    if (!BatchPage.isPage(done.body())) {
      fail("the reply holds no list of batches; " + done.why());
      return;
    }
    BatchPage page = BatchPage.of(done.body());
    found.addAll(page.batches());
    boolean isNews = false;
    for (BatchView batch : page.batches()) {
      isNews |= shown.add(batch.id());
    }
    boolean hadWishes = !wanted.isEmpty();
    page.batches().forEach(batch -> wanted.remove(batch.id()));
    boolean allOld =
        !page.batches().isEmpty()
            && page.batches().stream()
                .allMatch(batch -> batch.createdAt().map(at -> at.isBefore(until)).orElse(false));
    boolean isEnough = allOld || (hadWishes && wanted.isEmpty());
    boolean isTold = page.next().isPresent() || page.cursor().isPresent();
    after = page.next().or(page::guess);
    cursor = page.cursor();
    more = !isEnough && (isTold || (after.isPresent() && isNews));
    if (more && !isNews && !page.batches().isEmpty()) {
      fail("a page of the list shows nothing but what those before it did");
    } else if (more && pages >= MAX_PAGES) {
      fail("the list goes on after " + MAX_PAGES + " pages");
    }
  }

  /** What was not looked at may hold what is searched for. */
  private void fail(String why) {
    failure = Optional.of(new Reply.Later(Reply.Cause.UNAVAILABLE, why, Optional.empty()));
    more = false;
  }

  /** Does not look at all. */
  Listing skipped() {
    more = false;
    return this;
  }

  /** Does not look, because the profile says that there is no list. */
  Listing impossible() {
    failure =
        Optional.of(new Reply.Never("can_not_list", "the profile says that it lists none", 0));
    return skipped();
  }

  /** The batches seen so far. */
  List<BatchView> found() {
    return found;
  }

  /** Tells whether the provider answered, and showed no list: single batches may be there. */
  boolean isWithoutList() {
    boolean isShapeless = pages > 0 && !isRefused && failure.isPresent();
    return isShapeless || failure.filter(Reply.Never.class::isInstance).isPresent();
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
