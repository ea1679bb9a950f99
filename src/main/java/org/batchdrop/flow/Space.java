package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.config.Units;
import org.batchdrop.job.Part;

/** Knows whether the disk can take what a purchase will bring; nothing is bought otherwise. */
final class Space {

  /** Answers are mostly as long as their requests, and are there twice for a while. */
  private static final int TIMES = 2;

  private static final long LEAST = 1 << 20;

  private final Home home;

  Space(Home home) {
    this.home = home;
  }

  /**
   * Tells why a part can't be bought now.
   *
   * @return empty when there is room for its results
   */
  Optional<String> refusal(Part part) {
    try {
      if (!Files.isWritable(home.job(part.id().job()).root())) {
        return Optional.of(
            "the work folder can't be written; expected it to be there and writable");
      }
      long free = Files.getFileStore(home.work()).getUsableSpace();
      long needed = LEAST + TIMES * part.size().bytes();
      return free >= needed
          ? Optional.empty()
          : Optional.of(
              "the disk has "
                  + Units.showSize(free)
                  + " left; expected "
                  + Units.showSize(needed)
                  + " for its results");
    } catch (IOException e) {
      return Optional.of("the work folder can't be looked at: " + e.getMessage());
    }
  }
}
