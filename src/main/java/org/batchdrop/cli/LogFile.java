package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import org.batchdrop.config.Home;

/** Sends the log into a home. Must be called before the first logger is made. */
final class LogFile {

  private LogFile() {}

  /** The story of the jobs goes to the console, everything else into {@code work/batchdrop.log}. */
  static void useFor(Home home) throws IOException {
    Files.createDirectories(home.work());
    System.setProperty("batchdrop.log.folder", home.work().toString());
    System.setProperty("logback.configurationFile", "org/batchdrop/logback-daemon.xml");
  }

  /** Everything goes into {@code work/batchdrop.log}; the console belongs to the command. */
  static void useQuietlyFor(Home home) throws IOException {
    useFor(home);
    System.setProperty("batchdrop.story.level", "WARN");
  }
}
