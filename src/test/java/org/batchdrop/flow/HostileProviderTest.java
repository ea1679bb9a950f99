package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.security.HostileProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real routes against a provider, and files, that try to lead them elsewhere. */
@Timeout(120)
class HostileProviderTest {

  private static final String PIPELINE =
      DaemonFixture.TICKETS.replace("provider: quick", "provider: hostile");

  @TempDir Path temp;
  private HostileProvider provider;
  private HostileProvider elsewhere;
  private DaemonFixture daemon;

  @BeforeEach
  void startBoth() throws Exception {
    provider = new HostileProvider();
    elsewhere = new HostileProvider();
    daemon =
        new DaemonFixture(temp.resolve("home"))
            .variable("HOSTILE_KEY", "canary-" + "0123456789abcdef".repeat(2))
            .write(
                "providers/hostile.yaml",
                "extends: sandbox\nrealtime: {offered: false}\nbase-url: %s\nkey: {env: HOSTILE_KEY}\npoll-interval: 200ms\nbatch: {settle-time: 1s}\n"
                    .formatted(provider.address()))
            .write("pipelines/hostile.yaml", PIPELINE);
  }

  @AfterEach
  void stopAll() throws Exception {
    daemon.close();
    provider.close();
    elsewhere.close();
  }

  private Path drop(String name, String table) throws Exception {
    daemon.drop("hostile", name, table.getBytes(StandardCharsets.UTF_8));
    return daemon.published("hostile", name);
  }

  @Test
  void noRedirectIsFollowedWhateverItsStatus() throws Exception {
    daemon.start(URI.create("http://127.0.0.1:1"));
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      provider.redirect(elsewhere.address(), status);
      JsonNode report = DaemonFixture.report(drop(status + ".csv", "text\nrow " + status + "\n"));
      assertThat(report.path("balance").path("failed").asInt())
          .as("status %d: %s", status, report)
          .isEqualTo(1);
    }
    assertThat(elsewhere.requests()).isEmpty();
    assertThat(provider.requests())
        .filteredOn(request -> !request.startsWith("GET "))
        .hasSize(5)
        .containsOnly("POST /v1/files");
  }

  @Test
  void namesOfFilesColumnsAndResponseHeadersSteerNoRoute() throws Exception {
    for (String name :
        new String[] {
          "CamelHttpUri",
          "camelhttpuri",
          "CamelHttpPath",
          "CamelHttpQuery",
          "CamelHttpMethod",
          "CamelHttpHost",
          "CamelFileName",
          "camelfilename",
          "CamelFileNameProduced",
          "CamelExecCommandExecutable",
          "CamelExecCommandArgs",
          "CamelBeanMethodName",
          "CamelRedeliveryDelay",
          "batchdropCall"
        }) {
      provider.header(name, elsewhere.address().toString());
    }
    daemon.start(URI.create("http://127.0.0.1:1"));
    String url = elsewhere.address().toString();
    Path folder =
        drop(
            "CamelHttpUri",
            "text,CamelHttpUri,cAmElFileName,CamelExecCommandExecutable,CamelBeanMethodName\n"
                + "row,%s,../../../escaped,/bin/sh,close\n".formatted(url));
    assertThat(DaemonFixture.report(folder).path("balance").path("answered").asInt()).isEqualTo(1);
    assertThat(elsewhere.requests()).isEmpty();
    assertThat(provider.requestHeaders()).noneMatch(name -> name.startsWith("camel"));
    assertThat(provider.requestHeaders()).doesNotContain("text", "x-echo", "batchdropcall");
    assertThat(Files.exists(temp.resolve("escaped"))).isFalse();
    assertThat(folder.getParent().getParent()).isEqualTo(daemon.home().outbox());
  }

  @Test
  void managementBeansOfCamelAreNotRegistered() throws Exception {
    daemon.start(URI.create("http://127.0.0.1:1"));
    assertThat(ManagementFactory.getPlatformMBeanServer().getDomains())
        .noneMatch(domain -> domain.startsWith("org.apache.camel"));
  }

  @Test
  void linksAndPipesInTheInboxAreNeverTaken() throws Exception {
    Path outside = Files.writeString(temp.resolve("outside.csv"), "text\nsecret\n");
    Path inbox = Files.createDirectories(daemon.home().inbox("hostile"));
    Files.createSymbolicLink(inbox.resolve("link.csv"), outside);
    Files.createSymbolicLink(inbox.resolve("disk"), Path.of("/"));
    Files.createSymbolicLink(inbox.resolve("zero.csv"), Path.of("/dev/zero"));
    assertThat(new ProcessBuilder("mkfifo", inbox.resolve("pipe.csv").toString()).start().waitFor())
        .isZero();
    Path nested = Files.createDirectories(inbox.resolve("folder"));
    Files.createSymbolicLink(nested.resolve("up"), Path.of("/"));
    Files.createSymbolicLink(nested.resolve("round"), inbox);
    Files.writeString(nested.resolve("own.c"), "own");
    daemon.write(
        "pipelines/hostile.yaml",
        """
        provider: hostile
        input: {type: source}
        request: {body: {model: m, messages: [{role: user, content: "{{content}}"}]}}
        """);
    daemon.start(URI.create("http://127.0.0.1:1"));

    Path folder = daemon.published("hostile", "folder");

    assertThat(DaemonFixture.report(folder).path("balance").path("rows").asInt()).isEqualTo(1);
    for (String left : new String[] {"link.csv", "disk", "zero.csv", "pipe.csv"}) {
      assertThat(Files.exists(inbox.resolve(left), java.nio.file.LinkOption.NOFOLLOW_LINKS))
          .as(left)
          .isTrue();
    }
    assertThat(Files.readString(outside)).contains("secret");
  }
}
