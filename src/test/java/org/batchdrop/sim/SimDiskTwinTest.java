package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulated disk does what the real one does, call by call. */
class SimDiskTwinTest {

  private static final int RUNS = 100;
  private static final int CALLS = 120;
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final List<StandardOpenOption> OPTIONS =
      List.of(
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          StandardOpenOption.CREATE,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.TRUNCATE_EXISTING);

  @TempDir private Path folder;

  /** A call on a tree; the same one for both disks. */
  private interface Step {
    Object on(Path root) throws IOException;
  }

  @Test
  void everyCallEndsAsOnARealDisk() throws IOException {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Path real = Files.createDirectory(folder.resolve("run" + seed));
      SimDisk disk = new SimDisk(new SimClock(), Ordering.PREFIX);
      Path simulated = Files.createDirectory(disk.path("/run" + seed));
      List<String> story = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        Step step = step(random, story);
        Object expected = outcome(step, real);
        assertThat(outcome(step, simulated))
            .as("seed %d: %s", seed, story.subList(Math.max(0, story.size() - 12), story.size()))
            .isEqualTo(expected);
      }

      assertThat(tree(simulated)).as("seed %d", seed).isEqualTo(tree(real));
      assertThat(disk.used()).as("seed %d", seed).isEqualTo(bytes(real));
    }
  }

  private static Object outcome(Step step, Path root) {
    try {
      return step.on(root);
    } catch (IOException | RuntimeException e) {
      return e.getClass().getName();
    }
  }

  private static Step step(Random random, List<String> story) {
    String one = name(random);
    String other = name(random);
    int kind = random.nextInt(18);
    byte[] bytes = new byte[random.nextInt(90)];
    random.nextBytes(bytes);
    String linked = NAMES.get(random.nextInt(NAMES.size()));
    long at = random.nextInt(120);
    Set<OpenOption> options = options(random);
    CopyOption[] copying = copying(random);
    story.add(kind + " " + one + " " + other + " " + options + " " + List.of(copying));
    return switch (kind) {
      case 0, 1 -> root -> String.valueOf(Files.createDirectory(root.resolve(one)).getFileName());
      case 2 -> root -> root.relativize(Files.createDirectories(root.resolve(one))).toString();
      case 3, 4 -> root -> Files.move(root.resolve(one), root.resolve(other), copying) != null;
      case 5, 6 -> root -> Files.deleteIfExists(root.resolve(one));
      case 7 -> root -> Files.createLink(root.resolve(one), root.resolve(other)) != null;
      case 8 -> root -> Files.createSymbolicLink(root.resolve(one), Path.of(linked), NONE) != null;
      case 9 -> root -> names(root.resolve(one));
      case 10 -> root -> attributes(root.resolve(one));
      case 11 -> root -> Files.mismatch(root.resolve(one), root.resolve(other));
      case 12 -> root -> Files.readString(root.resolve(one), StandardCharsets.ISO_8859_1);
      case 13 ->
          root ->
              Files.copy(root.resolve(one), root.resolve(other), withoutAtomic(copying)) != null;
      case 14 -> root -> Files.isSameFile(root.resolve(one), root.resolve(other));
      case 15 -> root -> Files.write(root.resolve(one), bytes) != null;
      default -> root -> throughChannel(root.resolve(one), options, bytes, at);
    };
  }

  private static final FileAttribute<?>[] NONE = {};

  private static String name(Random random) {
    StringBuilder name = new StringBuilder(NAMES.get(random.nextInt(NAMES.size())));
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      name.append('/').append(NAMES.get(random.nextInt(NAMES.size())));
    }
    return name.toString();
  }

  private static Set<OpenOption> options(Random random) {
    EnumSet<StandardOpenOption> options = EnumSet.noneOf(StandardOpenOption.class);
    for (int i = random.nextInt(4); i > 0; i--) {
      options.add(OPTIONS.get(random.nextInt(OPTIONS.size())));
    }
    return Set.copyOf(options);
  }

  private static CopyOption[] copying(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new CopyOption[] {StandardCopyOption.ATOMIC_MOVE};
      case 1 ->
          new CopyOption[] {StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING};
      case 2 -> new CopyOption[] {StandardCopyOption.REPLACE_EXISTING};
      default -> new CopyOption[0];
    };
  }

  private static CopyOption[] withoutAtomic(CopyOption[] options) {
    return List.of(options).contains(StandardCopyOption.ATOMIC_MOVE)
        ? new CopyOption[] {LinkOption.NOFOLLOW_LINKS}
        : options;
  }

  private static Object names(Path path) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private static Object attributes(Path path) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return List.of(
        found.isRegularFile(),
        found.isDirectory(),
        found.isSymbolicLink(),
        found.isDirectory() ? 0 : found.size(),
        Files.exists(path),
        Files.isDirectory(path));
  }

  private static Object throughChannel(Path path, Set<OpenOption> options, byte[] bytes, long at)
      throws IOException {
    List<Object> seen = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(path, options)) {
      seen.add(outcome(root -> channel.write(ByteBuffer.wrap(bytes)), path));
      seen.add(channel.position());
      seen.add(outcome(root -> channel.write(ByteBuffer.wrap(bytes), at), path));
      seen.add(outcome(root -> channel.position(at / 2).position(), path));
      ByteBuffer read = ByteBuffer.allocate(64);
      seen.add(outcome(root -> channel.read(read), path));
      seen.add(read.flip());
      seen.add(outcome(root -> channel.truncate(at).position(), path));
      seen.add(Files.isDirectory(path) ? "folder" : channel.size());
      if (at < 5) {
        channel.force(true);
      }
    }
    return seen;
  }

  /** Every name with its kind and bytes; names of one file have one number. */
  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    Map<Object, Set<String>> files = new HashMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            tree.put(root.relativize(path).toString(), "folder");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = root.relativize(path).toString();
            files.computeIfAbsent(attributes.fileKey(), key -> new TreeSet<>()).add(name);
            tree.put(
                name,
                attributes.isSymbolicLink()
                    ? "link to " + Files.readSymbolicLink(path)
                    : Files.readString(path, StandardCharsets.ISO_8859_1));
            return FileVisitResult.CONTINUE;
          }
        });
    files
        .values()
        .forEach(names -> names.forEach(name -> tree.merge(name, names + "", (a, b) -> a + b)));
    return tree;
  }

  private static long bytes(Path root) throws IOException {
    Map<Object, Long> sizes = new HashMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              sizes.put(attributes.fileKey(), attributes.size());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void pathsAreWhatTheyAreOnARealDisk() {
    SimDisk disk = new SimDisk(new SimClock(), Ordering.PREFIX);
    List<String> texts =
        List.of("", "/", "a", "/a", "a/b", "/a/b/c", "../a", "/a/../b", "a/./b/", "//a//b", "b/c");
    for (String one : texts) {
      Path simulated = disk.fileSystem().getPath(one);
      Path real = Path.of(one);
      assertThat(facts(simulated)).as(one).isEqualTo(facts(real));
      for (String other : texts) {
        Path with = disk.fileSystem().getPath(other);
        assertThat(pair(simulated, with))
            .as(one + " " + other)
            .isEqualTo(pair(real, Path.of(other)));
      }
    }
  }

  private static List<String> facts(Path path) {
    List<String> facts = new ArrayList<>();
    facts.add(path + " " + path.isAbsolute() + " " + path.getNameCount());
    facts.add(path.getFileName() + " " + path.getParent() + " " + path.getRoot());
    facts.add(path.normalize() + " " + path.resolveSibling("x"));
    path.forEach(name -> facts.add(name.toString()));
    return facts;
  }

  private static List<String> pair(Path one, Path other) {
    List<String> facts = new ArrayList<>();
    facts.add(one.resolve(other) + " " + one.startsWith(other) + " " + one.endsWith(other));
    facts.add(one.equals(other) + " " + Integer.signum(one.compareTo(other)));
    if (!one.toString().contains(".") && !other.toString().contains(".")) {
      facts.add(String.valueOf(outcome(root -> one.relativize(other).toString(), one)));
    }
    return facts;
  }
}
