package org.batchdrop.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.FileView;
import org.batchdrop.provider.Reply;

/** The files at one provider, whoever uploaded them. */
public final class RemoteFiles {

  private static final int MOST_PAGES = 1000;

  private final ProviderSession session;
  private final Account account;
  private final Belongings belongings;

  /**
   * Looks at a provider.
   *
   * @throws ProviderTrouble when its profile or key is missing, or it lives inside the daemon
   */
  public RemoteFiles(ProviderSession session, String provider, Belongings belongings)
      throws ProviderTrouble {
    this.session = session;
    this.account = session.account(provider);
    this.belongings = belongings;
  }

  /**
   * All files, in the provider's order.
   *
   * @throws ProviderTrouble when the list can't be read to its end
   */
  public List<RemoteFile> list() throws ProviderTrouble {
    Map<String, RemoteFile> found = new LinkedHashMap<>();
    Optional<String> after = Optional.empty();
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      Reply.Done done = session.done(account.files(after), "the files can't be listed");
      FileView.Page page =
          FileView.page(done.body())
              .orElseThrow(() -> new ProviderTrouble("the files can't be listed; " + done.why()));
      int before = found.size();
      page.files().forEach(view -> found.put(view.id(), RemoteFile.of(view, belongings)));
      after = page.next();
      if (after.isEmpty()) {
        return List.copyOf(found.values());
      }
      if (found.size() == before) {
        throw new ProviderTrouble(
            "the files can't be listed: a page shows nothing but what those before it did");
      }
    }
    throw new ProviderTrouble("the list of files goes on after " + MOST_PAGES + " pages");
  }

  /**
   * Reads what is known of a file.
   *
   * @throws ProviderTrouble when the provider does not show it
   */
  public RemoteFile file(String id) throws ProviderTrouble {
    Reply.Done done = session.done(account.file(id), "file " + id + " can't be read");
    return FileView.of(done.body())
        .map(view -> RemoteFile.of(view, belongings))
        .orElseThrow(() -> new ProviderTrouble("file " + id + " can't be read; " + done.why()));
  }

  /**
   * Deletes a file; one that is gone already is no failure.
   *
   * @return whether it was there
   * @throws ProviderTrouble when the provider does not delete it
   */
  public boolean delete(String id) throws ProviderTrouble {
    if (!account.profile().batch().habits().canDelete()) {
      throw new ProviderTrouble(
          "file " + id + " was not deleted: the profile says that files can't be");
    }
    Reply reply = session.send(account.delete(id));
    boolean isGone =
        reply instanceof Reply.Never never && (never.status() == 404 || never.status() == 410);
    boolean isDone = reply instanceof Reply.Done done && !done.isFailure();
    if (!isGone && !isDone) {
      throw new ProviderTrouble("file " + id + " was not deleted: " + reply.reason());
    }
    return !isGone;
  }
}
