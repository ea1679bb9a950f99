package org.batchdrop.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Inputs that once broke a rule, one file each, in a resource folder named like the target. */
public final class Regressions {

  private Regressions() {}

  /** Checks a target with all of its files, of which there must be one. */
  public static void replay(FuzzTarget target) throws Exception {
    URL folder = target.getClass().getResource(target.getClass().getSimpleName());
    assertThat(folder).as("a resource folder beside " + target.getClass()).isNotNull();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).isNotEmpty();
      for (Path file : all) {
        try {
          target.check(Files.readAllBytes(file));
        } catch (Exception | AssertionError e) {
          throw new AssertionError(file.getFileName() + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
