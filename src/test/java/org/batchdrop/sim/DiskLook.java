package org.batchdrop.sim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a {@link SimDisk} from outside: no operation, and it works while the process is dead.
 */
final class DiskLook {

  private DiskLook() {}

  /** The names in a folder; none when there is no such folder. */
  static List<String> names(SimDisk disk, String folder) {
    return find(disk, folder) instanceof SimFolder found
        ? List.copyOf(found.entries.keySet())
        : List.of();
  }

  /** The bytes of all files in a folder, by their paths in it. */
  static Map<String, byte[]> files(SimDisk disk, String folder) {
    Map<String, byte[]> files = new TreeMap<>();
    if (find(disk, folder) instanceof SimFolder found) {
      add(files, "", found);
    }
    return files;
  }

  private static void add(Map<String, byte[]> files, String prefix, SimFolder folder) {
    folder.entries.forEach(
        (name, node) -> {
          if (node instanceof SimFolder inside) {
            add(files, prefix + name + "/", inside);
          } else if (node instanceof SimFile file) {
            files.put(prefix + name, file.content());
          }
        });
  }

  /** The bytes of a file; null when there is none. */
  static byte @Nullable [] file(SimDisk disk, String path) {
    return find(disk, path) instanceof SimFile file ? file.content() : null;
  }

  private static @Nullable SimNode find(SimDisk disk, String path) {
    SimNode node = disk.tree().root;
    for (String name : path.substring(1).split("/", -1)) {
      if (!(node instanceof SimFolder folder)) {
        return null;
      }
      node = folder.entries.get(name);
    }
    return node;
  }
}
