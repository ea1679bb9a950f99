package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.batchdrop.security.HostileProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged daemon, logging all it can, with a provider that repeats the key everywhere. */
class SecurityIT {

  private static final Map<String, String> TRACE =
      Map.of("JAVA_TOOL_OPTIONS", "-Dbatchdrop.log.level=TRACE");

  @TempDir Path temp;

  @Test
  void noFormOfAKeyStandsInAnyByteThatIsWritten() throws Exception {
    String key = "canary&<" + "/+=%0123456789abcdef".repeat(2);
    Path keyFile = Files.writeString(temp.resolve("far.key"), key + "\n");
    try (HostileProvider provider = new HostileProvider()) {
      provider.refuseOnce();
      Path home = home(provider, "key: {file: " + keyFile + "}\n");
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", TRACE, "--debug")) {
        Job job = daemon.awaitJobs(1, Duration.ofMinutes(2)).get(0);
        assertThat(job.totals().answered()).isEqualTo(1);
        assertThat(job.totals().failed()).isEqualTo(2);
        assertThat(provider.requests()).filteredOn("POST /v1/batches"::equals).hasSize(2);
        String arguments = Files.readString(Path.of("/proc/" + daemon.pid() + "/cmdline"));
        assertThat(arguments).contains("run").doesNotContain(key.substring(0, 12));
        assertThat(arguments).doesNotContain("HeapDump", "jmxremote");
        assertOnlyLoopbackListens(daemon.pid());
        assertPrivate(home);
        Path log = home.resolve("work/batchdrop.log");
        assertThat(Files.readString(log))
            .as("logging at TRACE, and the provider's raw answers")
            .contains("TRACE")
            .containsPattern("POST http://\\S+/v1/batches -> HTTP 200 ");
        assertNowhere(home, key);
      }
      assertThat(keyFile).hasContent(key);
    }
  }

  @Test
  void textsOfStrangersForgeNoLineOfTheConsoleOrTheLog() throws Exception {
    try (HostileProvider provider = new HostileProvider()) {
      Path home = home(provider, "key: {none: true}\n");
      String name = "a\n12:00:00 ready\u001b[2J\u202Egnp.csv";
      Files.writeString(home.resolve("inbox/quiet").resolve(name), "text\n\"open\n");
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", TRACE)) {
        daemon.awaitJobs(2, Duration.ofMinutes(2));
        for (String text :
            List.of(daemon.output(), Files.readString(home.resolve("work/batchdrop.log")))) {
          assertThat(text).doesNotContain("\u001b[2J", "\u202E", "\n12:00:00 ready");
        }
        assertThat(daemon.output()).contains("received 'a");
      }
    }
  }

  @Test
  void hugeRowsDeepNestingAndEndlessNumbersEndAsFailuresInASmallHeap() throws Exception {
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home = Homes.quick(temp.resolve("home"), provider.baseUrl(), "");
      Homes.table(home, "table", "text");
      Homes.table(home, "lines", "text");
      Path lines = home.resolve("pipelines/lines.yaml");
      Files.writeString(
          lines, Files.readString(lines).replace("csv", "jsonl").replaceFirst("(?s)result:.*", ""));
      for (String pipeline : List.of("table", "lines", "requests")) {
        Files.createDirectories(home.resolve("inbox/" + pipeline));
      }
      String long1 = "x".repeat(30 << 20);
      write(
          home,
          "table/huge.csv",
          "text\nfirst\n" + long1 + long1 + "\n" + long1 + long1 + long1 + "\nlast\n");
      write(home, "table/wide.csv", "text" + ",c".repeat(1_000_000) + "\nrow\n");
      write(home, "table/ragged.csv", "text\nrow" + ",".repeat(1_000_000) + "\nlast\n");
      String deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
      String digits = "9".repeat(10_000_000);
      write(
          home,
          "lines/deep.jsonl",
          "{\"text\":"
              + deep
              + "}\n{\"text\":"
              + digits
              + "}\n{\"text\":1e999999999}\n{\"text\":\"last\"}\n");
      String line =
          "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
              + "\"body\":{\"model\":\"m\",\"messages\":%s}}\n";
      write(
          home,
          "requests/deep.jsonl",
          line.formatted("a", deep)
              + line.formatted("b", "[{\"role\":\"user\",\"content\":\"hi\"}]"));
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        List<Job> jobs = daemon.awaitJobs(5, Duration.ofMinutes(3));
        assertThat(daemon.output()).doesNotContain("OutOfMemory", "StackOverflow");
        assertThat(jobs)
            .filteredOn(job -> job.inputName().equals("wide.csv"))
            .singleElement()
            .satisfies(job -> assertThat(job.state().label()).isEqualTo("rejected"));
        assertThat(jobs)
            .filteredOn(job -> job.inputName().equals("huge.csv"))
            .singleElement()
            .satisfies(job -> assertThat(job.totals().rows()).isEqualTo(4))
            .satisfies(job -> assertThat(job.totals().answered()).isGreaterThanOrEqualTo(2));
      }
    }
  }

  private static void write(Path home, String name, String text) throws IOException {
    Files.writeString(home.resolve("inbox").resolve(name), text);
  }

  private Path home(HostileProvider provider, String keyLine) throws IOException {
    Path home =
        Homes.quick(
            temp.resolve("home"),
            provider.address(),
            "batchdrop.retry-first=200ms\nbatchdrop.parked-look=200ms\n");
    Homes.table(home, "quiet", "text");
    Path pipeline = home.resolve("pipelines/quiet.yaml");
    Files.writeString(pipeline, Files.readString(pipeline) + "retry: {attempts: 1}\n");
    Path profile = home.resolve("providers/far.yaml");
    Files.writeString(profile, Files.readString(profile) + keyLine);
    Files.createDirectories(home.resolve("inbox/quiet"));
    Files.writeString(home.resolve("inbox/quiet/a.csv"), "text\nrow 1\nrow 2\nrow 3\n");
    return home;
  }

  private static void assertNowhere(Path home, String key) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      List<Path> regular = files.filter(Files::isRegularFile).toList();
      assertThat(regular).anyMatch(file -> file.endsWith("journal.db"));
      for (Path file : regular) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (String form : HostileProvider.forms(key)) {
          int at = bytes.indexOf(form);
          assertThat(at < 0 ? "" : bytes.substring(Math.max(0, at - 200), at))
              .as(file + " before " + form)
              .isEmpty();
          assertThat(at).as(file.toString()).isNegative();
        }
      }
    }
  }

  /** What the daemon made; what the test itself put there before is left out. */
  private static void assertPrivate(Path home) throws IOException {
    Set<PosixFilePermission> owner =
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    for (String folder : List.of("work", "outbox")) {
      try (Stream<Path> made = Files.walk(home.resolve(folder))) {
        for (Path path : made.filter(path -> !path.endsWith("input/a.csv")).toList()) {
          assertThat(owner).as(path.toString()).containsAll(Files.getPosixFilePermissions(path));
        }
      }
    }
  }

  private static void assertOnlyLoopbackListens(long pid) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path handle : handles.toList()) {
        try {
          sockets.add(
              Files.readSymbolicLink(handle).toString().replaceAll("^socket:\\[([0-9]+)]$", "$1"));
        } catch (IOException e) {
          // Closed since it was listed.
          assertThat(Files.exists(handle, java.nio.file.LinkOption.NOFOLLOW_LINKS)).isFalse();
        }
      }
    }
    assertThat(sockets).hasSizeGreaterThan(5);
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
        String[] cells = line.strip().split("\\s+");
        if (cells.length > 9 && cells[3].equals("0A") && sockets.contains(cells[9])) {
          assertThat(cells[1])
              .as("listens")
              .startsWith(table.equals("tcp") ? "0100007F:" : "0000000000000000FFFF00000100007F:");
        }
      }
    }
  }
}
