package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.JobFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectionTest {

  @TempDir Path home;

  @Test
  void publishesARejectedInputWithItsReasons() throws IOException {
    JobFixture job = new JobFixture(home).input("t.csv", "a,a\n1,2\n");
    JobFolder folder = job.folder;
    Instant time = Instant.parse("2026-11-01T12:00:00Z");
    RejectionOrder order =
        new RejectionOrder(
            JobFixture.JOB,
            folder,
            "tickets",
            "sandbox",
            home.resolve("outbox"),
            List.of(
                new Problem("duplicate_column", "line 1", "twice 'a'"),
                new Problem("empty_input", "", "no rows")),
            time,
            time);

    Delivery delivery = Outbox.publish(order);

    assertThat(job.text("errors.jsonl"))
        .isEqualTo(
            "{\"id\":null,\"custom_id\":null,\"response\":null,\"error\":{\"code\":"
                + "\"duplicate_column\",\"message\":\"line 1: twice 'a'\"}}\n"
                + "{\"id\":null,\"custom_id\":null,\"response\":null,\"error\":{\"code\":"
                + "\"empty_input\",\"message\":\"no rows\"}}\n");
    assertThat(new ObjectMapper().readTree(job.text("report.json")).path("state").asText())
        .isEqualTo("rejected");
    assertThat(job.published("input/t.csv")).exists();
    assertThat(Outbox.publish(order)).isEqualTo(delivery);
  }

  @Test
  void needsAReason() {
    assertThatThrownBy(
            () ->
                new RejectionOrder(
                    JobFixture.JOB,
                    new JobFolder(home),
                    "tickets",
                    "",
                    home,
                    List.of(),
                    Instant.EPOCH,
                    Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
