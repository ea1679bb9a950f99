package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.ProviderProfile.Credential;

/** What a careful person would change about the machine before a daemon works on it. */
final class Precautions {

  private static final Set<PosixFilePermission> READ =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
  private static final Set<PosixFilePermission> WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private Precautions() {}

  /**
   * Looks at the process, the folders of a home and the key files of its pipelines.
   *
   * @param process whose owner is that of this process, {@code /proc/self}; may be absent
   * @return one sentence for each; none where the system has no such rights
   */
  static List<String> missing(Home home, Path process) {
    List<String> missing = new ArrayList<>();
    if (isOwnedByRoot(process)) {
      missing.add(
          "it runs as root, which may write everywhere; expected a user of its own with no other"
              + " rights");
    }
    for (Path folder : List.of(home.root(), home.inbox(), home.outbox(), home.work())) {
      if (has(folder, WRITE)) {
        missing.add(
            "others may write into "
                + folder
                + ", and whatever they drop is paid for; expected chmod go-w");
      }
    }
    for (Path folder : List.of(home.outbox(), home.work())) {
      if (has(folder, READ)) {
        missing.add("others may read " + folder + "; expected chmod 700 and a start by batchdrop");
      }
    }
    keyFiles(home).stream()
        .filter(file -> has(file, READ) || has(file, WRITE))
        .forEach(
            file -> missing.add("others may read the key in " + file + "; expected chmod 600"));
    return missing;
  }

  private static boolean isOwnedByRoot(Path process) {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(process, "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean has(Path path, Set<PosixFilePermission> rights) {
    try {
      return Files.getPosixFilePermissions(path).stream().anyMatch(rights::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static List<Path> keyFiles(Home home) {
    Catalog catalog = new Catalog(home, "sandbox");
    Problems ignored = new Problems();
    List<Path> files = new ArrayList<>();
    try {
      for (Pipeline pipeline : catalog.readAll(ignored)) {
        Optional<ProviderProfile> profile = catalog.profile(pipeline.provider(), ignored);
        if (profile.isPresent() && profile.get().credential() instanceof Credential.File file) {
          files.add(home.root().resolve(file.path()));
        }
      }
    } catch (IOException e) {
      // The daemon itself has told what can't be read.
      return List.of();
    }
    return files.stream().distinct().toList();
  }
}
