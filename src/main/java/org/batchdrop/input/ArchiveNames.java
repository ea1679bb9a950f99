package org.batchdrop.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchdrop.job.InputRejected;

/** Decides under which path an archive's entry may be unpacked, if at all. */
final class ArchiveNames {

  /** Lower-case path to the path as first seen; folders end with a slash. */
  private final Map<String, String> seen = new HashMap<>();

  /**
   * Cleans an entry's name.
   *
   * @return the path inside the target, {@code /} as separator; empty for the root itself
   * @throws InputRejected with the code {@code unsafe_archive} for a name that is absolute, leads
   *     out, has a backslash, a drive letter or a control character, or names a path again, also in
   *     other letter case
   */
  String accept(String name, boolean folder) throws InputRejected {
    if (name.startsWith("/")) {
      throw unsafe(name, "is absolute");
    }
    if (name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0))) {
      throw unsafe(name, "has a drive letter");
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/")) {
      if (part.equals("..")) {
        throw unsafe(name, "leads out of the archive");
      }
      if (part.chars().anyMatch(c -> c < ' ' || c == 127 || c == '\\')) {
        throw unsafe(name, "has a backslash or a control character");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.isEmpty() && !folder) {
      throw unsafe(name, "names no file");
    }
    for (int i = 1; i < parts.size(); i++) {
      folder(name, String.join("/", parts.subList(0, i)));
    }
    String path = String.join("/", parts);
    if (folder) {
      if (!parts.isEmpty()) {
        folder(name, path);
      }
    } else {
      String clash = seen.get(key(path));
      if (seen.putIfAbsent(key(path), path) != null) {
        throw unsafe(name, "is there twice, also as '" + clash + "'");
      }
    }
    return path;
  }

  private void folder(String name, String path) throws InputRejected {
    String first = seen.putIfAbsent(key(path), path + "/");
    if (first != null && !first.equals(path + "/")) {
      throw unsafe(name, "is in conflict with '" + first + "'");
    }
  }

  private static String key(String path) {
    return path.toLowerCase(Locale.ROOT);
  }

  static InputRejected unsafe(String entry, String what) {
    return new InputRejected(
        "unsafe_archive", printable(entry), "entry '" + printable(entry) + "' " + what);
  }

  /** An entry's name as it may be shown: control characters replaced, cut when long. */
  static String printable(String name) {
    String shown = name.replaceAll("\\p{Cntrl}", "?");
    return shown.length() <= 200 ? shown : shown.substring(0, 200) + "...";
  }
}
