package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.batchdrop.config.Home;

/** Sends the log into a home. Must be called before the first logger is made. */
final class LogFile {

  private LogFile() {}

  /** The story of the jobs goes to the console, everything else into {@code work/batchdrop.log}. */
  static void useFor(Home home) throws IOException {
    makePrivate(home.work());
    System.setProperty("batchdrop.log.folder", home.work().toString());
    System.setProperty("logback.configurationFile", "org/batchdrop/logback-daemon.xml");
  }

  /** Requests, answers and the log are nobody else's business, whatever the umask is. */
  private static void makePrivate(Path work) throws IOException {
    if (Files.isDirectory(work)) {
      return;
    }
    if (work.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(work);
    }
  }

  /** Everything goes into {@code work/batchdrop.log}; the console belongs to the command. */
  static void useQuietlyFor(Home home) throws IOException {
    useFor(home);
    System.setProperty("batchdrop.story.level", "WARN");
  }
}
