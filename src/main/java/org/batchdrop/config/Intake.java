package org.batchdrop.config;

import java.nio.file.Path;
import java.util.List;
import org.batchdrop.job.RowSelection;

/**
 * What of a dropped input becomes rows, and where the images are that it names.
 *
 * @param rows those that are the job's; the others are no rows of it at all
 * @param images where images may lie that a row names
 */
public record Intake(RowSelection rows, Images images) {

  /** Every row, and images out of the dropped folder or archive only. */
  public static final Intake ALL = new Intake(RowSelection.ALL, Images.DROPPED);

  /** The same, with other rows. */
  public Intake with(RowSelection chosen) {
    return new Intake(chosen, images);
  }

  /**
   * Where images may lie.
   *
   * @param roots folders beside the dropped one
   * @param maxBytes a larger image makes its row fail
   */
  public record Images(List<Path> roots, long maxBytes) {

    /** As large as an image may be unless a pipeline says otherwise. */
    public static final long DEFAULT_MAX_BYTES = 20L << 20;

    /** No image is larger, so that a row fits into memory. */
    public static final long MOST_BYTES = 64L << 20;

    /** Images out of what was dropped. */
    public static final Images DROPPED = new Images(List.of(), DEFAULT_MAX_BYTES);

    public Images {
      roots = List.copyOf(roots);
    }

    /** The same, with each folder as it is found from a home. */
    public Images in(Path home) {
      return new Images(
          roots.stream().map(root -> home.resolve(root).toAbsolutePath().normalize()).toList(),
          maxBytes);
    }
  }
}
