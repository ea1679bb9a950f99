package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.config.Intake;
import org.jspecify.annotations.Nullable;

/**
 * Opens the images that rows name: out of the dropped folder or archive, and out of the folders
 * that the pipeline allows. A path never leads out of these, be it by its names or by links.
 * Immutable.
 */
public final class ImageFiles {

  /** Rows can name no image. */
  public static final ImageFiles NONE = new ImageFiles(Optional.empty(), Intake.Images.DROPPED);

  private static final int LONGEST_NAME = 255;

  private final Optional<DroppedTable> dropped;
  private final Intake.Images rules;

  /** A file below a folder. */
  private record Place(Path root, String path) {}

  /** Why a row has no image. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final transient RowProblem problem;

    Refused(RowProblem problem) {
      super(problem.code(), null, false, false);
      this.problem = problem;
    }

    /** For the row. */
    public RowProblem problem() {
      return problem;
    }
  }

  private ImageFiles(Optional<DroppedTable> dropped, Intake.Images rules) {
    this.dropped = dropped;
    this.rules = rules;
  }

  /**
   * For the rows of a table.
   *
   * @param rules with absolute folders
   */
  public ImageFiles(DroppedTable dropped, Intake.Images rules) {
    this(Optional.of(dropped), rules);
  }

  /** The most bytes that an image may have. */
  public long maxBytes() {
    return rules.maxBytes();
  }

  /** Tells whether what a row names is sent as it is: an {@code http} or {@code https} address. */
  public static boolean isLink(String reference) {
    String start = reference.substring(0, Math.min(8, reference.length())).toLowerCase(Locale.ROOT);
    return start.startsWith("http://") || start.equals("https://");
  }

  /**
   * The media type of an image by its first bytes: PNG, JPEG, GIF or WebP.
   *
   * @param length how many bytes there are; 12 tell each
   * @return null when it is none of these
   */
  public static @Nullable String type(byte[] head, int length) {
    String text = new String(head, 0, Math.min(length, 12), StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
      return "image/png";
    }
    if (text.startsWith("\u00FF\u00D8\u00FF")) {
      return "image/jpeg";
    }
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
      return "image/gif";
    }
    boolean isWebp = text.length() == 12 && text.startsWith("RIFF") && text.endsWith("WEBP");
    return isWebp ? "image/webp" : null;
  }

  /**
   * Opens an image.
   *
   * @param reference a path as the row has it
   * @param field that has it, for people
   * @throws Refused with the code {@code missing_image} or {@code unsafe_image}
   * @throws IOException when the disk fails
   */
  public InputStream open(String reference, String field) throws IOException, Refused {
    if (reference.isBlank() || reference.indexOf('\0') >= 0) {
      throw missing(field);
    }
    try {
      return openAny(reference, field);
    } catch (InvalidPathException e) {
      // The file system's charset has no such name.
      throw missing(field);
    }
  }

  private InputStream openAny(String reference, String field) throws IOException, Refused {
    boolean[] outside = {false};
    for (Place place : places(reference, outside)) {
      try {
        return ContainedFile.open(place.root(), place.path());
      } catch (NoSuchFileException e) {
        // The next place may have it.
      } catch (AccessDeniedException e) {
        throw new Refused(
            new RowProblem(
                "missing_image", "has an image in field '" + field + "' that may not be read"));
      } catch (ContainedFile.NotRegular | NotDirectoryException e) {
        throw unsafe(field, "is no regular file, or lies behind a link");
      }
    }
    throw outside[0] ? unsafe(field, "leads out of the folders that are allowed") : missing(field);
  }

  private List<Place> places(String reference, boolean[] outside) {
    List<Place> places = new ArrayList<>();
    Path path = Path.of(reference);
    if (path.isAbsolute()) {
      Path normal = path.normalize();
      for (Path root : rules.roots()) {
        if (normal.startsWith(root) && !normal.equals(root)) {
          add(places, root, root.relativize(normal).toString(), outside);
        }
      }
      outside[0] |= places.isEmpty();
      return places;
    }
    if (dropped.isPresent() && dropped.get().root().isPresent()) {
      Path root = dropped.get().root().get();
      add(places, root, dropped.get().folder() + reference, outside);
      if (!dropped.get().folder().isEmpty()) {
        add(places, root, reference, outside);
      }
    }
    rules.roots().forEach(root -> add(places, root, reference, outside));
    return places;
  }

  private static void add(List<Place> places, Path root, String path, boolean[] outside) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/")) {
      if (name.equals("..") && names.pollLast() == null) {
        outside[0] = true;
        return;
      }
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return;
      }
      if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
        names.addLast(name);
      }
    }
    if (!names.isEmpty()) {
      places.add(new Place(root, String.join("/", names)));
    }
  }

  private Refused missing(String field) {
    boolean anywhere = !rules.roots().isEmpty() || dropped.flatMap(DroppedTable::root).isPresent();
    return new Refused(
        new RowProblem(
            "missing_image",
            "names an image in field '"
                + field
                + "' that is not there; expected a path "
                + (anywhere
                    ? "inside of what was dropped, or of 'input.images.roots'"
                    : "inside of a folder that is dropped together with the table, or of"
                        + " 'input.images.roots'")));
  }

  private static Refused unsafe(String field, String what) {
    return new Refused(
        new RowProblem(
            "unsafe_image",
            "names an image in field '"
                + field
                + "' that "
                + what
                + "; expected a file inside of what was dropped, or of 'input.images.roots'"));
  }
}
