package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a job is about, as it stands in its {@code input} folder.
 *
 * @param dropped what was dropped
 * @param fetched the file that the dropped address stands for, once it was fetched
 */
public record InputEntry(Path dropped, Optional<Path> fetched) {

  /**
   * Finds it.
   *
   * @param input the {@code input} folder of a job, or of its published results
   * @throws IOException when there is nothing, or more than belongs there
   */
  public static InputEntry of(Path input) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(input)) {
      stream.forEach(entries::add);
    }
    if (entries.size() == 1) {
      return new InputEntry(entries.get(0), Optional.empty());
    }
    List<Path> addresses = entries.stream().filter(InputAddress::isNamedSo).toList();
    if (entries.size() != 2 || addresses.size() != 1) {
      throw new IOException(
          input + ": " + entries.size() + " entries; expected what was dropped, alone");
    }
    entries.removeAll(addresses);
    return new InputEntry(addresses.get(0), Optional.of(entries.get(0)));
  }

  /** What the rows are read from. */
  public Path read() {
    return fetched.orElse(dropped);
  }

  /** Whether an address was dropped whose file is not here yet. */
  public boolean isUnfetched() {
    return fetched.isEmpty() && InputAddress.isOne(dropped);
  }
}
