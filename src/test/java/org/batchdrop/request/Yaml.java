package org.batchdrop.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Budget;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.YamlValue;
import org.batchdrop.job.RetryPolicy;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Bodies and pipelines for tests, from flow YAML. */
final class Yaml {

  private static final YamlValue.Location HERE = new YamlValue.Location("pipelines/p.yaml", 7);

  private Yaml() {}

  static YamlValue.Mapping body(String yaml) {
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return (YamlValue.Mapping) value(loaded);
  }

  static Pipeline pipeline(InputFormat input, String body) {
    return pipeline(input, Optional.of(new Pipeline.Request("/v1/chat/completions", body(body))));
  }

  static Pipeline pipeline(InputFormat input, Optional<Pipeline.Request> request) {
    return pipeline(input, request, false);
  }

  /** A pipeline whose rows keep earlier answers. */
  static Pipeline reusing(InputFormat input, String body) {
    Pipeline.Request request = new Pipeline.Request("/v1/chat/completions", body(body));
    return pipeline(input, Optional.of(request), true);
  }

  private static Pipeline pipeline(
      InputFormat input, Optional<Pipeline.Request> request, boolean reuse) {
    return new Pipeline(
        "p",
        "",
        "sandbox",
        Pipeline.Lanes.BATCH,
        input,
        request,
        new Pipeline.Batch(Optional.empty(), Map.of()),
        Pipeline.Answer.ANY,
        new Pipeline.Result(Map.of(), new Pipeline.Files(Optional.empty(), "/x"), true),
        RetryPolicy.DEFAULT,
        Pipeline.OnDuplicate.SKIP,
        reuse,
        Budget.NONE);
  }

  private static YamlValue value(Object loaded) {
    if (loaded instanceof Map<?, ?> map) {
      Map<String, YamlValue.Entry> entries = new LinkedHashMap<>();
      map.forEach((k, v) -> entries.put((String) k, new YamlValue.Entry(HERE, value(v))));
      return new YamlValue.Mapping(entries, HERE);
    }
    if (loaded instanceof List<?> list) {
      List<YamlValue> items = new ArrayList<>();
      list.forEach(item -> items.add(value(item)));
      return new YamlValue.Sequence(items, HERE);
    }
    return loaded instanceof String text
        ? new YamlValue.Text(text, HERE)
        : new YamlValue.Literal(String.valueOf(loaded), HERE);
  }
}
