package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.job.InputRejected;

/**
 * The content of a {@code .url} file: where an input is to be fetched from. It holds the address in
 * a line of its own and, if wanted, a line {@code sha256: HEX}; lines that begin with {@code #} are
 * comments. The form that browsers write ({@code [InternetShortcut]}, {@code URL=}) is read too.
 *
 * @param uri an absolute https address with a host and without user name
 * @param sha256 what the file must hash to, 64 lower-case hexadecimal digits
 */
public record InputAddress(URI uri, Optional<String> sha256) {

  private static final String ENDING = ".url";
  private static final String SHORTCUT = "[internetshortcut]";
  private static final int MOST_BYTES = 16 * 1024;

  /** Of a name's bytes; file systems take 255. */
  private static final int MOST_NAME = 200;

  /** Tells whether an entry is one, by its name and by being a file of its own. */
  public static boolean isOne(Path entry) {
    return isNamedSo(entry) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
  }

  static boolean isNamedSo(Path entry) {
    return String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  /**
   * Reads a {@code .url} file.
   *
   * @throws InputRejected with the code {@code invalid_address}, saying which line is wrong
   * @throws IOException when it can't be read
   */
  public static InputAddress read(Path file) throws IOException, InputRejected {
    String name = String.valueOf(file.getFileName());
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw wrong(name, "it is larger than 16 KiB; expected one https address");
    }
    List<String> lines =
        new String(bytes, StandardCharsets.UTF_8).replace("\uFEFF", "").lines().toList();
    boolean isShortcut =
        lines.stream().anyMatch(line -> line.strip().toLowerCase(Locale.ROOT).equals(SHORTCUT));
    return new Lines(name, isShortcut).read(lines);
  }

  /** The address without its query, which may hold a signature that opens it. */
  public String shown() {
    String text = uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    return uri.getRawQuery() == null ? text : text + "?...";
  }

  /**
   * A name for the file: the last one in the address's path, without what a file system may stumble
   * over.
   *
   * @param otherwise when the address has none
   */
  String fileName(String otherwise) {
    String path = URLDecoder.decode(uri.getRawPath().replace("+", "%2B"), StandardCharsets.UTF_8);
    String last =
        path.substring(path.lastIndexOf('/') + 1).replaceAll("[\\p{Cntrl}\\\\:*?\"<>|]", "_");
    String name = last.replaceFirst("^\\.+", "");
    while (name.getBytes(StandardCharsets.UTF_8).length > MOST_NAME) {
      // The end of a name says what kind of file it is.
      name = name.substring(name.offsetByCodePoints(0, 1));
    }
    return name.isBlank() || isNamedSo(Path.of(name)) ? otherwise : name;
  }

  private static InputRejected wrong(String location, String message) {
    return new InputRejected("invalid_address", location, message);
  }

  /** Reads the lines of one file. */
  private record Lines(String name, boolean isShortcut) {

    InputAddress read(List<String> lines) throws InputRejected {
      Optional<URI> address = Optional.empty();
      Optional<String> sha256 = Optional.empty();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        String location = name + ":" + (i + 1);
        Optional<String> hash = after(line, "sha256");
        if (hash.isPresent()) {
          sha256 = Optional.of(hash(hash.get(), location));
          continue;
        }
        String text = isShortcut ? after(line, "url").orElse("") : line;
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        if (address.isPresent()) {
          throw wrong(location, "there is more than one address; drop a file for each");
        }
        address = Optional.of(address(text, location));
      }
      Optional<String> hash = sha256;
      return address
          .map(uri -> new InputAddress(uri, hash))
          .orElseThrow(() -> wrong(name, "there is no address in it; expected one https address"));
    }

    private static Optional<String> after(String line, String key) {
      String start = line.toLowerCase(Locale.ROOT);
      return start.startsWith(key + ":") || start.startsWith(key + "=")
          ? Optional.of(line.substring(key.length() + 1).strip())
          : Optional.empty();
    }

    private static String hash(String text, String location) throws InputRejected {
      String hash = text.toLowerCase(Locale.ROOT);
      if (!hash.matches("[0-9a-f]{64}")) {
        throw wrong(location, "'sha256' needs 64 hexadecimal digits");
      }
      return hash;
    }

    private static URI address(String text, String location) throws InputRejected {
      URI uri;
      try {
        uri = new URI(new URI(text).toASCIIString());
      } catch (URISyntaxException e) {
        throw wrong(
            location, "no address: " + e.getReason() + "; write a space as %20, and the like");
      }
      if (!"https".equalsIgnoreCase(uri.getScheme())) {
        throw wrong(location, "expected an address that begins with https://");
      }
      if (uri.getHost() == null) {
        throw wrong(
            location, "the address has no host that can be looked up; expected https://HOST/PATH");
      }
      if (uri.getRawUserInfo() != null) {
        throw wrong(
            location,
            "the address holds a user name; expected one that needs none, such as a signed link");
      }
      return uri;
    }
  }
}
