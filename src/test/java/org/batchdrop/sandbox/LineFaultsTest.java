package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Result files with lines that are missing, doubled, foreign or broken. */
class LineFaultsTest {
  @TempDir Path directory;
  private FaultScene scene;

  @BeforeEach
  void start() {
    scene = new FaultScene(directory);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  private String raw(String damage) {
    scene.fault("{on: create, do: lines, " + damage + "}");
    return scene.raw(scene.ended(3), "output_file_id");
  }

  private List<String> lines(String damage) {
    return raw(damage).lines().toList();
  }

  private static JsonNode json(String line) {
    return Wire.tree(line);
  }

  @Test
  void linesAreLeftOutThoughCountsSayComplete() {
    scene.fault("{on: create, do: lines, damage: leave-out, at: [1, -1]}");

    JsonNode ended = scene.ended(4);

    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r1", "r2");
    assertThat(ended.at("/request_counts/completed").asInt()).isEqualTo(4);
    assertThat(scene.server.ledger().totalExecutions()).isEqualTo(4);
  }

  @Test
  void theSameShareIsHitEachTime() {
    scene.fault("{on: create, do: lines, damage: leave-out, share: 0.2, seed: 7, times: 2}");

    List<String> first = scene.customIds(scene.ended(200), "output_file_id");
    List<String> second = scene.customIds(scene.ended(200), "output_file_id");

    assertThat(first).hasSizeBetween(130, 185).isEqualTo(second);
  }

  @Test
  void lineIsRepeatedByteForByte() {
    List<String> lines = lines("damage: repeat, at: 2");

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).isEqualTo(lines.get(2));
  }

  @Test
  void lineIsRepeatedWithAnotherAnswer() {
    List<String> lines = lines("damage: conflict, at: [1]");

    assertThat(json(lines.get(1)).get("custom_id")).isEqualTo(json(lines.get(0)).get("custom_id"));
    assertThat(json(lines.get(1)).at("/response/body/choices/0/message/content").asText())
        .isEqualTo("[conflict]");
  }

  @Test
  void foreignLineIsAdded() {
    List<String> lines = lines("damage: alien");

    assertThat(lines).hasSize(4);
    assertThat(json(lines.get(0)).get("custom_id").asText()).isEqualTo("alien-1");
    assertThat(json(lines.get(1)).get("custom_id").asText()).isEqualTo("r0");
  }

  @Test
  void lineLacksItsCustomId() {
    assertThat(json(lines("damage: no-id").get(0)).has("custom_id")).isFalse();
  }

  @Test
  void lineIsNotJson() {
    String broken = lines("damage: invalid-json, at: [3]").get(2);

    assertThatThrownBy(() -> json(broken)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lastLineIsCut() {
    String raw = raw("damage: cut-last");

    assertThat(raw).doesNotEndWith("\n");
    assertThat(raw.lines().toList()).hasSize(3);
    String last = raw.lines().toList().get(2);
    assertThatThrownBy(() -> json(last)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bodyIsAText() {
    JsonNode body = json(lines("damage: body-text").get(0)).at("/response/body");

    assertThat(body.isTextual()).isTrue();
    assertThat(json(body.asText()).has("choices")).isTrue();
  }

  @Test
  void statusCodeIsZeroOrAbsent() {
    assertThat(json(lines("damage: status-zero").get(0)).at("/response/status_code").asInt(-1))
        .isZero();
    assertThat(json(lines("damage: no-status").get(0)).get("response").has("status_code"))
        .isFalse();
  }

  @Test
  void goodStatusHasAnErrorBody() {
    JsonNode line = json(lines("damage: error-body").get(0));

    assertThat(line.at("/response/status_code").asInt()).isEqualTo(200);
    assertThat(line.at("/response/body/error/message").asText()).isNotEmpty();
    assertThat(line.get("error").isNull()).isTrue();
  }

  @Test
  void errorIsAPlainText() {
    JsonNode line = json(lines("damage: error-text").get(0));

    assertThat(line.get("error").isTextual()).isTrue();
    assertThat(line.has("response")).isFalse();
  }

  @Test
  void responseIsMissing() {
    assertThat(json(lines("damage: no-response").get(0)).has("response")).isFalse();
  }

  @Test
  void fileBeginsWithByteOrderMark() {
    assertThat(raw("damage: bom")).startsWith("\u00ef\u00bb\u00bf{");
  }

  @Test
  void linesEndWithCarriageReturns() {
    assertThat(raw("damage: crlf").split("\r\n")).hasSize(3);
  }

  @Test
  void blankLineNulAndBadByteAreThere() {
    assertThat(lines("damage: blank, at: [2]").get(1)).isEmpty();
    assertThat(raw("damage: nul, at: [2]")).contains("\n\u0000{");
    assertThat(raw("damage: bad-utf8, at: [2]")).contains("}\u00c3(\n");
  }

  @Test
  void errorLinesStandInTheOutputFile() {
    scene.fault("{do: batch, failing: 0.4}");
    scene.fault("{on: create, do: lines, damage: mixed}");

    JsonNode ended = scene.ended(50);

    assertThat(ended.get("error_file_id").isNull()).isTrue();
    assertThat(scene.customIds(ended, "output_file_id"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 50).mapToObj(i -> "r" + i).toList());
    assertThat(ended.at("/request_counts/failed").asInt()).isPositive();
  }

  @Test
  void errorFileIsDamagedToo() {
    scene.fault("{do: batch, failing: 1}");
    scene.fault("{on: create, do: lines, file: errors, damage: leave-out}");

    assertThat(scene.customIds(scene.ended(3), "error_file_id")).containsExactly("r1", "r2");
  }

  @Test
  void oneDownloadIsDamagedAndTheNextIsWhole() {
    JsonNode ended = scene.ended(3);
    scene.fault("{on: content, do: lines, damage: cut-last}");

    String first = scene.raw(ended, "output_file_id");
    String second = scene.raw(ended, "output_file_id");

    assertThat(second).startsWith(first).hasSizeGreaterThan(first.length());
    assertThat(second.lines().toList()).hasSize(3);
  }
}
