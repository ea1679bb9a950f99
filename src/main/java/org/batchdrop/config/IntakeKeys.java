package org.batchdrop.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.RowSelection;

/** Reads what of an input becomes rows, and where its images are. */
final class IntakeKeys {

  private final Keys keys;
  private final InputFormat format;

  IntakeKeys(Keys keys, InputFormat format) {
    this.keys = keys;
    this.format = format;
  }

  Intake intake() {
    return new Intake(rows(), images());
  }

  private RowSelection rows() {
    Optional<String> text = keys.text("rows");
    Optional<Long> limit = keys.largeCount("limit");
    boolean isSource = format instanceof InputFormat.Source;
    for (String key : List.of("rows", "limit")) {
      if (isSource && keys.value(key).isPresent()) {
        keys.problem(
            key,
            "'"
                + keys.full(key)
                + "' needs 'input.type: csv', jsonl or requests; sources are"
                + " chosen by include and exclude");
      }
    }
    Optional<RowSelection> rows = text.flatMap(RowSelection::parse);
    if (text.isPresent() && rows.isEmpty()) {
      keys.problem(
          "rows",
          "'input.rows: " + text.get() + "'; expected rows such as 100-200, 100-, 7 or '1-10,50'");
    }
    RowSelection chosen = rows.orElse(RowSelection.ALL);
    return limit.map(chosen::limitedTo).orElse(chosen);
  }

  private Intake.Images images() {
    boolean isTable = format instanceof InputFormat.Csv || format instanceof InputFormat.JsonLines;
    if (keys.value("images").isPresent() && !isTable) {
      keys.problem("images", "'input.images' needs 'input.type: csv' or jsonl");
    }
    Keys images = keys.nested("images");
    List<Path> roots = new ArrayList<>();
    for (String root : images.texts("roots")) {
      path(root)
          .ifPresentOrElse(
              roots::add,
              () ->
                  images.problem(
                      "roots", "'input.images.roots: " + root + "'; expected a folder's path"));
    }
    Optional<Long> size = images.size("max-size");
    if (size.isPresent() && (size.get() < 1 || size.get() > Intake.Images.MOST_BYTES)) {
      images.problem(
          "max-size",
          "'input.images.max-size'; expected 1 byte to "
              + Units.showSize(Intake.Images.MOST_BYTES));
    }
    images.finish();
    return new Intake.Images(roots, size.orElse(Intake.Images.DEFAULT_MAX_BYTES));
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
