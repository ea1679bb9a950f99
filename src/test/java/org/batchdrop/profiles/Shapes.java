package org.batchdrop.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.Catalog;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a provider's documents show of its replies, and how it is to be understood. */
public final class Shapes {

  private static final Path FOLDER = Path.of("src/test/resources/org/batchdrop/profiles");

  private Shapes() {}

  /** The profiles that speak to a provider. */
  public static List<String> profiles() {
    return Catalog.BUILT_IN_PROFILES.stream().filter(name -> !name.equals("sandbox")).toList();
  }

  /** The shapes of a profile: {@code base, url, upload, create, retrieve, list, errors, lines}. */
  public static JsonNode of(String profile) throws IOException {
    String text = Files.readString(FOLDER.resolve(profile + ".yaml"));
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
    return new ObjectMapper().valueToTree(tree);
  }

  /** The elements of a list; an empty one is a mistake unless it is written so. */
  public static List<JsonNode> each(JsonNode shapes, String name) {
    if (!shapes.path(name).isArray()) {
      throw new IllegalStateException("no list '" + name + "'");
    }
    List<JsonNode> each = new ArrayList<>();
    shapes.path(name).forEach(each::add);
    return each;
  }
}
