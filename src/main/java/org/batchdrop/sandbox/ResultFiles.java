package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the lines of a batch that ends into files of the provider, damaged if its script says so.
 */
final class ResultFiles {
  private final BatchStore batches;
  private final FileStore files;

  ResultFiles(BatchStore batches, FileStore files) {
    this.batches = batches;
    this.files = files;
  }

  /** Chooses the ids of the files that the batch has; its lines are complete. */
  Batch named(Batch batch) {
    Progress progress = batch.progress();
    BatchScript script = batch.script();
    boolean mixed = isMixed(script);
    boolean errors = progress.errorBytes() > 0;
    boolean output = progress.outputBytes() > 0 || (mixed && errors);
    boolean emptyFile = script != null && script.emptyErrorFile();
    return batch.withFiles(
        output ? idOr(batch.outputFileId()) : null,
        (errors && !mixed) || emptyFile ? idOr(batch.errorFileId()) : null);
  }

  /** Chooses ids for both files, before it is known whether they will exist. */
  Batch namedEarly(Batch batch) {
    return batch.withFiles(idOr(batch.outputFileId()), idOr(batch.errorFileId()));
  }

  private String idOr(@Nullable String chosen) {
    return chosen == null ? files.newId() : chosen;
  }

  private static boolean isMixed(@Nullable BatchScript script) {
    return script != null
        && script.lines().stream().anyMatch(d -> d.kind() == LineDamage.Kind.MIXED);
  }

  /** Makes the files exist; doing it again changes nothing. */
  void publish(Batch batch) throws IOException {
    String id = batch.id();
    Progress progress = batch.progress();
    List<Path> scratch = new ArrayList<>();
    boolean mixed = isMixed(batch.script());
    if (batch.outputFileId() != null) {
      Path lines = damaged(batch, mixed ? joined(id, scratch) : batches.output(id), true, scratch);
      String name = id + "_output.jsonl";
      files.adopt(lines, batch.outputFileId(), name, StoredFile.OUTPUT, progress.answered());
    }
    if (batch.errorFileId() != null) {
      Path lines = damaged(batch, mixed ? empty(id, scratch) : batches.errors(id), false, scratch);
      String name = id + "_error.jsonl";
      int count = progress.refused() + progress.unrun();
      files.adopt(lines, batch.errorFileId(), name, StoredFile.OUTPUT, count);
    }
    for (Path file : scratch) {
      Files.deleteIfExists(file);
    }
  }

  private Path damaged(Batch batch, Path whole, boolean output, List<Path> scratch)
      throws IOException {
    BatchScript script = batch.script();
    Path current = whole;
    for (LineDamage damage : script == null ? List.<LineDamage>of() : script.lines()) {
      if (damage.isFor(output) && damage.kind() != LineDamage.Kind.MIXED) {
        Path next = next(batch.id(), scratch);
        LineSurgery.damage(current, next, damage);
        current = next;
      }
    }
    return current;
  }

  private Path joined(String id, List<Path> scratch) throws IOException {
    Path both = next(id, scratch);
    try (OutputStream out = Files.newOutputStream(both)) {
      Files.copy(batches.output(id), out);
      Files.copy(batches.errors(id), out);
    }
    return both;
  }

  private Path empty(String id, List<Path> scratch) throws IOException {
    Path none = next(id, scratch);
    Files.write(none, new byte[0]);
    return none;
  }

  private Path next(String id, List<Path> scratch) {
    Path path = batches.damaged(id, scratch.size());
    scratch.add(path);
    return path;
  }
}
