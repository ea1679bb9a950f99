package org.batchdrop.flow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Reply;

/**
 * Whose a provider's batches are. Their metadata tells; where that does not come back, the name of
 * the uploaded file does, which is asked for once and remembered while the batch is shown.
 */
final class BatchOwners {

  /** By provider and batch; empty: somebody else's. */
  private final Map<String, Map<String, Optional<PartId>>> learned = new ConcurrentHashMap<>();

  /** The part that a batch's metadata names. */
  static Optional<PartId> named(BatchView batch) {
    return batch.metadata().values().stream()
        .map(PartId::ofSubmissionKey)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The part that a batch was bought for; empty when it is nobody's, or not known yet. */
  Optional<PartId> of(Account account, BatchView batch) {
    return named(batch).or(() -> known(account).getOrDefault(batch.id(), Optional.empty()));
  }

  /** Tells whether only its file's name can tell whose a batch is, and nobody has asked for it. */
  boolean isToBeAsked(Account account, BatchView batch) {
    boolean echoes = account.profile().batch().submissionKey().isPresent();
    return !echoes && batch.inputFile().isPresent() && !known(account).containsKey(batch.id());
  }

  /**
   * Takes what the provider said of a batch's file.
   *
   * @return the part that it names
   */
  Optional<PartId> learn(Account account, BatchView batch, Reply reply) {
    Optional<PartId> part =
        reply instanceof Reply.Done done
            ? PartId.ofUploadName(done.body().path("filename").asText(""))
            : Optional.empty();
    known(account).put(batch.id(), part);
    return part;
  }

  /** Forgets batches that the provider shows no more. */
  void keepOnly(Account account, List<BatchView> shown) {
    Set<String> ids = shown.stream().map(BatchView::id).collect(Collectors.toSet());
    known(account).keySet().retainAll(ids);
  }

  private Map<String, Optional<PartId>> known(Account account) {
    return learned.computeIfAbsent(account.fingerprint(), key -> new ConcurrentHashMap<>());
  }
}
