package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that lag, are out of order, or lack fields. */
class ListFaultsTest {
  @TempDir Path directory;
  private FaultScene scene;
  private Wire wire;

  @BeforeEach
  void start() {
    scene = new FaultScene(directory);
    wire = scene.wire;
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  private List<String> created(int batches) {
    String file = wire.upload(Wire.lines(1));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      ids.add(wire.create(file));
    }
    return ids;
  }

  private List<String> listed() {
    List<String> ids = new ArrayList<>();
    wire.get("/v1/batches?limit=100").get("data").forEach(b -> ids.add(b.get("id").asText()));
    return ids;
  }

  @Test
  void newBatchIsHiddenFromListOnly() {
    scene.fault("{on: list, do: hide, age: 2m}");
    String id = created(1).get(0);

    assertThat(listed()).isEmpty();
    assertThat(wire.batch(id).get("id").asText()).isEqualTo(id);
    scene.later(Duration.ofMinutes(2));
    assertThat(listed()).containsExactly(id);
  }

  @Test
  void onlyMatchingItemsAreHidden() {
    scene.fault("{on: [list, file-list], do: hide, age: 2m, match: other}");
    String id = created(1).get(0);

    assertThat(listed()).containsExactly(id);
    assertThat(wire.get("/v1/files?purpose=batch").get("data")).hasSize(1);
  }

  @Test
  void shuffledListHasEveryBatchOnceOverPages() {
    List<String> ids = created(12);
    scene.fault("{on: list, do: shuffle}");

    List<String> paged = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      JsonNode page = wire.get("/v1/batches?limit=5" + after);
      page.get("data").forEach(batch -> paged.add(batch.get("id").asText()));
      after = "&after=" + page.get("last_id").asText();
      more = page.get("has_more").asBoolean();
    }

    assertThat(paged).containsExactlyInAnyOrderElementsOf(ids);
    List<String> newestFirst = new ArrayList<>(ids);
    java.util.Collections.reverse(newestFirst);
    assertThat(paged).isNotEqualTo(newestFirst);
  }

  @Test
  void fieldsAreStrippedFromItems() {
    created(1);
    scene.fault("{on: list, do: strip, fields: [metadata, input_file_id]}");

    JsonNode item = wire.get("/v1/batches").get("data").get(0);

    assertThat(item.has("metadata")).isFalse();
    assertThat(item.has("input_file_id")).isFalse();
    assertThat(item.has("status")).isTrue();
  }

  @Test
  void fieldsAreStrippedFromASingleBatch() {
    String id = created(1).get(0);
    scene.fault("{on: retrieve, do: strip, fields: [input_file_id]}");

    assertThat(wire.batch(id).has("input_file_id")).isFalse();
  }

  @Test
  void listIsABareArray() {
    List<String> ids = created(2);
    scene.fault("{on: list, do: bare-array}");

    JsonNode list = wire.get("/v1/batches");

    assertThat(list.isArray()).isTrue();
    assertThat(list).hasSize(ids.size());
  }

  @Test
  void listLacksHasMore() {
    created(1);
    scene.fault("{on: list, do: no-has-more}");

    assertThat(wire.get("/v1/batches").has("has_more")).isFalse();
    assertThat(wire.get("/v1/batches").get("data")).hasSize(1);
  }

  @Test
  void pagesAreCapped() {
    created(5);
    scene.fault("{on: list, do: page-size, most: 2}");

    JsonNode page = wire.get("/v1/batches?limit=100");

    assertThat(page.get("data")).hasSize(2);
    assertThat(page.get("has_more").asBoolean()).isTrue();
    assertThat(wire.get("/v1/batches?limit=1").get("data")).hasSize(1);
  }
}
