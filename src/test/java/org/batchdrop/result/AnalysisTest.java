package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.batchdrop.result.JobFixture.answer;
import static org.batchdrop.result.JobFixture.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.batchdrop.job.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalysisTest {

  @TempDir private Path folder;

  private static String line(String body) {
    return "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":" + body + "}}\n";
  }

  private Analysis analysis(String... lines) throws IOException, MergeRefused {
    Path file = Files.writeString(folder.resolve("out.jsonl"), String.join("", lines));
    return Analysis.of(List.of(file));
  }

  @Test
  void countsLinesByWhatTheyAre() throws Exception {
    Analysis analysis =
        analysis(
            answer(1, "héé"),
            failure(2, "batch_expired"),
            failure(3, "batch_expired"),
            "{\"custom_id\":\"x\",\"response\":{\"status_code\":400,\"body\":{\"error\":{}}}}\n",
            "{\"respo\n\n",
            answer(4, "four").replace("custom_id", "id2"));

    assertThat(analysis.lines()).isEqualTo(6);
    assertThat(analysis.answers()).isEqualTo(2);
    assertThat(analysis.failures()).isEqualTo(3);
    assertThat(analysis.malformed()).isEqualTo(1);
    assertThat(analysis.nameless()).isEqualTo(1);
    assertThat(analysis.codes()).isEqualTo(Map.of("batch_expired", 2L, "http_400", 1L));
    assertThat(analysis.statuses()).isEqualTo(Map.of("200", 2L, "400", 1L, "none", 2L));
    assertThat(analysis.prompt().sum()).isEqualTo(6);
    assertThat(analysis.completion().sum()).isEqualTo(4);
    assertThat(analysis.lengths().max()).isEqualTo(4);
    assertThat(analysis.lengths().quantile(0.5)).isEqualTo(3);
  }

  @Test
  void tellsWhyAnswersEnded() throws Exception {
    Analysis analysis =
        analysis(
            line(
                "{\"model\":\"m-1\",\"choices\":[{\"finish_reason\":\"length\",\"message\":"
                    + "{\"content\":\"\"}}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4},\"total_time\":1.25}}"),
            line(
                "{\"model\":\"m-1\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":"
                    + "{\"content\":null,\"refusal\":\"no\"}}]}"),
            line("{\"choices\":[{\"finish_reason\":\"content_filter\"}]}"),
            line("{\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}"));

    assertThat(analysis.truncated()).isEqualTo(2);
    assertThat(analysis.refused()).isEqualTo(2);
    assertThat(analysis.finishReasons())
        .isEqualTo(Map.of("length", 1L, "stop", 1L, "content_filter", 1L, "max_output_tokens", 1L));
    assertThat(analysis.models()).isEqualTo(Map.of("m-1", 2L, "(none)", 2L));
    assertThat(analysis.usage()).containsEntry("m-1", new Usage(2, 9, 4, 8));
    assertThat(analysis.millis().sum()).isEqualTo(1250);
  }

  @Test
  void readsFolderOfTheOutbox() throws Exception {
    Path job = Files.createDirectory(folder.resolve("job"));
    assertThatThrownBy(() -> Analysis.of(List.of(job)))
        .hasMessageContaining("neither output.jsonl");
    Files.writeString(job.resolve("output.jsonl"), answer(1, "a"));
    Files.writeString(job.resolve("errors.jsonl"), failure(2, "e"));

    assertThat(Analysis.of(List.of(job)).lines()).isEqualTo(2);
  }

  @Test
  void boundsWhatStrangersMakeUp() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      lines.append(failure(i, "c" + i));
    }

    Analysis analysis = analysis(lines.toString());

    assertThat(analysis.codes()).hasSize(Counts.MOST + 1).containsEntry("other", 400L);
  }

  @Property(tries = 300)
  void quantilesAreNearThoseOfTheSortedNumbers(@ForAll long seed) {
    Random random = new Random(seed);
    Distribution distribution = new Distribution();
    long[] numbers = new long[1 + random.nextInt(200)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (random.nextLong() & Long.MAX_VALUE) >>> (15 + random.nextInt(48));
      distribution.add(numbers[i]);
    }
    Arrays.sort(numbers);
    for (double share : new double[] {0.01, 0.5, 0.95, 1}) {
      double exact = (double) numbers[(int) Math.max(1, Math.ceil(share * numbers.length)) - 1];
      assertThat((double) distribution.quantile(share)).isEqualTo(exact, within(exact * 0.01));
    }
    assertThat(distribution.sum()).isEqualTo(Arrays.stream(numbers).sum());
    assertThat(distribution.max()).isEqualTo(numbers[numbers.length - 1]);
  }
}
