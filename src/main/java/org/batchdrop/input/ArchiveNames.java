package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.Printable;
import org.jspecify.annotations.Nullable;

/** Decides under which path an archive's entry may be unpacked, if at all. */
final class ArchiveNames {

  private static final int MOST_NAME_BYTES = 255;
  private static final int MOST_PATH_BYTES = 2048;
  private static final int MOST_LEVELS = 64;

  /** Of all paths together, with the folders that they imply. */
  private static final long MOST_CHARACTERS = 16L << 20;

  /** Lower-case path to the path as first seen; folders end with a slash. */
  private final Map<String, String> seen = new HashMap<>();

  private long characters;

  /**
   * Cleans an entry's name.
   *
   * @return the path inside the target, {@code /} as separator; empty for the root itself
   * @throws InputRejected with the code {@code unsafe_archive} for a name that is absolute, leads
   *     out, has a backslash, a drive letter or a control character, or names a path again, also in
   *     other letter case or another normal form of Unicode; or is longer or deeper than file
   *     systems take
   */
  String accept(String name, boolean folder) throws InputRejected {
    if (name.startsWith("/")) {
      throw unsafe(name, "is absolute");
    }
    if (name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0))) {
      throw unsafe(name, "has a drive letter");
    }
    if (bytes(name) > MOST_PATH_BYTES) {
      throw unsafe(name, "has a path of more than " + MOST_PATH_BYTES + " bytes");
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
      if (parts.size() > MOST_LEVELS || bytes(part) > MOST_NAME_BYTES) {
        throw unsafe(
            name,
            "has more than " + MOST_LEVELS + " levels or " + MOST_NAME_BYTES + " bytes in a name");
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
      String clash = remember(name, path, path);
      if (clash != null) {
        throw unsafe(name, "is there twice, also as '" + clash + "'");
      }
    }
    return path;
  }

  private @Nullable String remember(String name, String path, String shown) throws InputRejected {
    String first = seen.putIfAbsent(key(path), shown);
    characters += first == null ? path.length() : 0;
    if (characters > MOST_CHARACTERS) {
      throw unsafe(name, "makes more than " + MOST_CHARACTERS + " characters of names in all");
    }
    return first;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void folder(String name, String path) throws InputRejected {
    String first = remember(name, path, path + "/");
    if (first != null && !first.equals(path + "/")) {
      throw unsafe(name, "is in conflict with '" + first + "'");
    }
  }

  /** The same for names that some file system takes for one: letter case and accents' spelling. */
  private static String key(String path) {
    String folded = path.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  static InputRejected unsafe(String entry, String what) {
    return new InputRejected(
        "unsafe_archive", printable(entry), "entry '" + printable(entry) + "' " + what);
  }

  /** An entry's name as it may be shown: control characters replaced, cut when long. */
  static String printable(String name) {
    String shown = Printable.name(name);
    return shown.length() <= 200 ? shown : shown.substring(0, 200) + "...";
  }
}
