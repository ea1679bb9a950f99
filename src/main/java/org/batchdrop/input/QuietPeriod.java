package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Knows which entries of the inbox somebody is still writing. An entry has settled when its size
 * and time (of a folder: those of everything in it) were the same at each look for the quiet
 * period. Watching costs nothing but the look itself, so that one growing file holds up no other.
 * Thread-safe.
 */
public final class QuietPeriod {

  private static final long FORGET_NANOS = Duration.ofMinutes(5).toNanos();

  private final Duration period;
  private final LongSupplier nanoTime;
  private final Map<Path, Sight> sights = new HashMap<>();
  private long lastCleaning;

  /**
   * What an entry looked like.
   *
   * @param files regular files in it; of a file 1
   * @param bytes their sizes together
   * @param newest the latest modification, milliseconds since 1970
   */
  public record Look(long files, long bytes, long newest) {}

  /** The first of the looks that were all the same, and when the last one was. */
  private record Sight(Look look, long since, long last) {}

  /**
   * Watches.
   *
   * @param period how long an entry must stay the same
   * @param nanoTime a clock that never jumps
   */
  public QuietPeriod(Duration period, LongSupplier nanoTime) {
    this.period = period;
    this.nanoTime = nanoTime;
    this.lastCleaning = nanoTime.getAsLong();
  }

  /**
   * Looks at an entry once more.
   *
   * @return what it looks like when it has settled; empty when it hasn't, or is gone
   */
  public synchronized Optional<Look> settled(Path entry) {
    long now = nanoTime.getAsLong();
    forgetGone(now);
    Optional<Look> look = look(entry);
    if (look.isEmpty() || look.get().files() == 0) {
      sights.remove(entry);
      return Optional.empty();
    }
    if (Files.exists(readyMarker(entry), LinkOption.NOFOLLOW_LINKS)) {
      return look;
    }
    Sight seen = sights.get(entry);
    if (seen == null || !seen.look().equals(look.get())) {
      sights.put(entry, new Sight(look.get(), now, now));
      return period.isZero() ? look : Optional.empty();
    }
    sights.put(entry, new Sight(seen.look(), seen.since(), now));
    return now - seen.since() >= period.toNanos() ? look : Optional.empty();
  }

  /** Whoever makes this file beside an entry promises that the entry is complete. */
  public static Path readyMarker(Path entry) {
    return entry.resolveSibling("." + entry.getFileName() + ".ready");
  }

  /**
   * What an entry looks like now; links are not followed.
   *
   * @return empty when it is gone, or neither a file nor a folder
   */
  public static Optional<Look> look(Path entry) {
    try {
      BasicFileAttributes own =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (own.isRegularFile()) {
        return Optional.of(new Look(1, own.size(), own.lastModifiedTime().toMillis()));
      }
      return own.isDirectory() ? Optional.of(lookInside(entry)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Look lookInside(Path folder) throws IOException {
    long[] sums = new long[3];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              sums[0]++;
              sums[1] += attributes.size();
              sums[2] = Math.max(sums[2], attributes.lastModifiedTime().toMillis());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new Look(sums[0], sums[1], sums[2]);
  }

  private void forgetGone(long now) {
    if (now - lastCleaning > FORGET_NANOS) {
      sights.values().removeIf(sight -> now - sight.last() > FORGET_NANOS);
      lastCleaning = now;
    }
  }
}
