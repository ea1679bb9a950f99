package org.batchdrop.flow;

import java.time.Instant;
import java.util.Optional;
import org.batchdrop.provider.FileView;

/**
 * A file as a provider shows it, for people.
 *
 * @param id opaque
 * @param name under which it was uploaded; may be empty
 * @param purpose the provider's word; may be empty
 * @param bytes its length; may be empty
 * @param createdAt when it was made; may be empty
 * @param belonging whose it is
 */
public record RemoteFile(
    String id,
    Optional<String> name,
    Optional<String> purpose,
    Optional<Long> bytes,
    Optional<Instant> createdAt,
    Belonging belonging) {

  static RemoteFile of(FileView view, Belongings belongings) {
    return new RemoteFile(
        view.id(),
        view.name(),
        view.purpose(),
        view.bytes(),
        view.createdAt(),
        belongings.ofFile(view.id(), view.name()));
  }
}
