package org.batchdrop.journey;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Small jobs of every kind, dropped one after the other into a home whose providers are {@code far}
 * (four rows a batch), {@code brief} (batches expire half-way, and some rows fail) and {@code slow}
 * (each row of a batch takes its time).
 */
final class Traffic {

  /** What can be dropped. */
  enum Kind {
    /** A table of nine rows: three parts. */
    TABLE,
    /** Six ready-made request lines: two parts. */
    LINES,
    /** A folder of two C sources. */
    SOURCES,
    /** A zip of two C sources. */
    ARCHIVE,
    /** A table in another charset. */
    CHARSET,
    /** A table that lacks the column that its pipeline asks for: rejected. */
    WRONG,
    /** A table of thirty rows whose batch expires half-way. */
    BRIEF,
    /** A table of six rows that are asked for one by one. */
    NOW,
    /** A table whose batch is cancelled when its time is over; the rest is asked for one by one. */
    LATE,
    /** A table of nine rows, six of which the one before it had. */
    AGAIN
  }

  /**
   * What was dropped.
   *
   * @param name of the entry; no two are the same
   * @param rows what each row's answer must repeat, in input order
   * @param ids the custom_ids that the input itself gives; empty: Batchdrop makes them
   */
  record Dropped(Kind kind, String pipeline, String name, List<String> rows, List<String> ids) {}

  private final Path home;
  private final Random random;
  private final List<Dropped> all = new ArrayList<>();
  private int agains;

  Traffic(Path home, Random random) {
    this.home = home;
    this.random = random;
  }

  /** Writes the pipelines that the drops need. */
  void writePipelines() throws IOException {
    Files.createDirectories(home.resolve("pipelines"));
    pipeline("table", "far", "{type: csv}", "{{text}}", "\nmode: batch");
    pipeline("now", "far", "{type: csv}", "{{text}}", "\nmode: realtime");
    pipeline("again", "far", "{type: csv}", "{{text}}", "\nmode: batch\nreuse: true");
    pipeline(
        "late",
        "slow",
        "{type: csv}",
        "{{text}}",
        "\nmode: batch\nfinish-by: 1s\nretry: {via: realtime}");
    Files.writeString(
        home.resolve("pipelines/requests.yaml"),
        "provider: far\nmode: batch\ninput: {type: requests}\n");
    pipeline("charset", "far", "{type: csv, charset: GBK}", "{{text}}", "\nmode: batch");
    pipeline("brief", "brief", "{type: csv}", "{{text}}", "\nmode: batch");
    pipeline(
        "sources",
        "far",
        "{type: source}",
        "{{content}}",
        "\nmode: batch\nresult: {files: {extension: .rs}}");
  }

  private void pipeline(String name, String provider, String input, String hole, String result)
      throws IOException {
    Files.writeString(
        home.resolve("pipelines/" + name + ".yaml"),
        """
        description: Echo
        provider: %s
        input: %s
        request:
          url: /v1/chat/completions
          body:
            model: echo
            messages:
              - {role: user, content: "%s"}%s
        """
            .formatted(provider, input, hole, result));
  }

  /** Everything dropped so far. */
  List<Dropped> all() {
    return List.copyOf(all);
  }

  /** Drops one of a random kind. */
  void drop() throws IOException {
    Kind[] kinds = Kind.values();
    drop(all.size() < kinds.length ? kinds[all.size()] : kinds[random.nextInt(kinds.length)]);
  }

  private void drop(Kind kind) throws IOException {
    String stem = kind.name().toLowerCase(Locale.ROOT) + "-" + all.size();
    switch (kind) {
      case TABLE -> table(kind, "table", stem + ".csv", 9, StandardCharsets.UTF_8);
      case CHARSET -> table(kind, "charset", stem + ".csv", 5, Charset.forName("GBK"));
      case BRIEF -> table(kind, "brief", stem + ".csv", 30, StandardCharsets.UTF_8);
      case NOW -> table(kind, "now", stem + ".csv", 6, StandardCharsets.UTF_8);
      case LATE ->
          table(kind, "late", stem + ".csv", 4 + random.nextInt(12), StandardCharsets.UTF_8);
      case AGAIN -> again(stem + ".csv");
      case WRONG -> {
        Path file = home.resolve("inbox/table/." + stem + ".csv.tmp");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "id,other\n1,no such column\n");
        hand(new Dropped(kind, "table", stem + ".csv", List.of(), List.of()), file);
      }
      case LINES -> lines(stem);
      case SOURCES -> sources(stem);
      case ARCHIVE -> archive(stem);
    }
  }

  private static List<String> texts(String stem, int rows) {
    return IntStream.rangeClosed(1, rows).mapToObj(row -> stem + " 第 row " + row).toList();
  }

  private void table(Kind kind, String pipeline, String name, int rows, Charset charset)
      throws IOException {
    table(kind, pipeline, name, texts(name, rows), charset);
  }

  /** Rows that the one before it had too, but for three. */
  private void again(String name) throws IOException {
    List<String> texts =
        IntStream.rangeClosed(3 * agains + 1, 3 * agains + 9)
            .mapToObj(row -> "same 第 row " + row + ".")
            .toList();
    agains++;
    table(Kind.AGAIN, "again", name, texts, StandardCharsets.UTF_8);
  }

  private void table(Kind kind, String pipeline, String name, List<String> texts, Charset charset)
      throws IOException {
    StringBuilder table = new StringBuilder("id,text\n");
    for (int row = 1; row <= texts.size(); row++) {
      table.append(row).append(",\"").append(texts.get(row - 1)).append("\"\n");
    }
    Path file = home.resolve("inbox/" + pipeline + "/." + name + ".tmp");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table, charset);
    hand(new Dropped(kind, pipeline, name, texts, List.of()), file);
  }

  private void lines(String stem) throws IOException {
    List<String> texts = texts(stem, 6);
    List<String> ids = IntStream.rangeClosed(1, 6).mapToObj(row -> stem + "/" + row).toList();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ids.size(); i++) {
      lines
          .append("{\"custom_id\":\"" + ids.get(i) + "\",\"method\":\"POST\"")
          .append(",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"echo\",\"messages\":")
          .append("[{\"role\":\"user\",\"content\":\"" + texts.get(i) + "\"}]}}\n");
    }
    Path file = home.resolve("inbox/requests/." + stem + ".jsonl.tmp");
    Files.createDirectories(file.getParent());
    Files.writeString(file, lines);
    hand(new Dropped(Kind.LINES, "requests", stem + ".jsonl", texts, ids), file);
  }

  private void sources(String stem) throws IOException {
    List<String> texts = texts(stem, 2);
    Path folder = Files.createDirectories(home.resolve("inbox/sources/." + stem + ".tmp"));
    Files.createDirectories(folder.resolve("src"));
    Files.writeString(folder.resolve("src/a.c"), texts.get(0));
    Files.writeString(folder.resolve("src/b.c"), texts.get(1));
    hand(new Dropped(Kind.SOURCES, "sources", stem, texts, List.of()), folder);
  }

  private void archive(String stem) throws IOException {
    List<String> texts = texts(stem, 2);
    Path file = home.resolve("inbox/sources/." + stem + ".zip.tmp");
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < 2; i++) {
        zip.putNextEntry(new ZipEntry("src/" + (char) ('a' + i) + ".c"));
        zip.write(texts.get(i).getBytes(StandardCharsets.UTF_8));
      }
    }
    hand(new Dropped(Kind.ARCHIVE, "sources", stem + ".zip", texts, List.of()), file);
  }

  private void hand(Dropped dropped, Path written) throws IOException {
    Path entry = home.resolve("inbox").resolve(dropped.pipeline()).resolve(dropped.name());
    Files.move(written, entry, StandardCopyOption.ATOMIC_MOVE);
    all.add(dropped);
  }
}
