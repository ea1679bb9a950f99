package org.batchdrop.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.batchdrop.provider.Call;
import org.batchdrop.sim.SimReplies.Wired;

/** Shows the list of batches, page by page. */
final class SimListing {

  private final SimAnswers.Dice dice;
  private final Random random;

  SimListing(SimAnswers.Dice dice, Random random) {
    this.dice = dice;
    this.random = random;
  }

  /** A page of the batches that are listed by now. */
  Wired list(Call call, List<SimBatch> newestFirst, Instant now) {
    int limit = 20;
    String after = "";
    String query = call.uri().getRawQuery();
    for (String pair : (query == null ? "" : query).split("&")) {
      if (pair.startsWith("limit=")) {
        limit = Integer.parseInt(pair.substring(6));
      } else if (pair.startsWith("after=")) {
        after = URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8);
      }
    }
    if (dice.rolls(Fault.LIST_SHORT)) {
      limit = Math.min(limit, 1 + random.nextInt(3));
    }
    List<SimBatch> page = new ArrayList<>();
    boolean begun = after.isEmpty();
    boolean more = false;
    for (SimBatch batch : newestFirst) {
      if (begun && !now.isBefore(batch.plan().listedFrom())) {
        more = page.size() == limit;
        if (more) {
          break;
        }
        page.add(batch);
      }
      begun |= batch.id().equals(after);
    }
    return Wired.ok(page(page, more, now));
  }

  private JsonNode page(List<SimBatch> page, boolean more, Instant now) {
    boolean odd = dice.rolls(Fault.LIST_SHAPE);
    String last = page.isEmpty() ? "" : page.get(page.size() - 1).id();
    boolean shuffled = !odd && dice.rolls(Fault.LIST_SHUFFLED);
    if (shuffled) {
      Collections.shuffle(page, random);
    }
    ArrayNode data = JsonNodeFactory.instance.arrayNode();
    page.forEach(batch -> data.add(batch.show(now)));
    if (odd && !more && random.nextBoolean()) {
      return data;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("object", "list").set(odd && random.nextBoolean() ? "value" : "data", data);
    if (!odd && !page.isEmpty()) {
      json.put("first_id", page.get(0).id()).put("last_id", last);
    }
    return json.put("has_more", more);
  }
}
