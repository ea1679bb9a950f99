package org.batchdrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Budget;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.YamlValue;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.request.PartLimits;
import org.batchdrop.request.Preparation;
import org.batchdrop.request.Prepared;

/**
 * Converts a table with the product's own code, several times in one process. Usage: {@code
 * ConvertMain IN FOLDER SYSTEM-TEXT-FILE [REPETITIONS]}. It prints the seconds of each; the last
 * output stays in {@code FOLDER/part-0001.jsonl}.
 */
public final class ConvertMain {

  private static final YamlValue.Location HERE = new YamlValue.Location("bench.yaml", 1);

  private ConvertMain() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException, InputRejected {
    Path input = Path.of(args[0]);
    JobFolder folder = new JobFolder(Path.of(args[1]));
    Files.createDirectories(folder.root());
    Pipeline pipeline = pipeline(Files.readString(Path.of(args[2])).strip());
    int repetitions = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    PartLimits limits = new PartLimits(Integer.MAX_VALUE, Long.MAX_VALUE, 64 << 20);
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      Prepared prepared =
          new Preparation(
                  new JobId("20240501-120000-bench-3fa9c1"),
                  folder,
                  pipeline,
                  limits,
                  List.of("/v1/chat/completions"),
                  () -> false)
              .run(input);
      System.out.printf("%.3f s, %d rows%n", (System.nanoTime() - start) / 1e9, prepared.rows());
    }
  }

  private static Pipeline pipeline(String system) {
    YamlValue.Mapping body =
        mapping(
            "model",
            text("gpt-4o-mini"),
            "messages",
            new YamlValue.Sequence(
                List.of(
                    mapping("role", text("system"), "content", text(system)),
                    mapping("role", text("user"), "content", text("{{title}}: {{text}}"))),
                HERE));
    return new Pipeline(
        "bench",
        "",
        "none",
        Pipeline.Lanes.BATCH,
        new InputFormat.Csv(Optional.empty(), Optional.empty()),
        Optional.of(new Pipeline.Request("/v1/chat/completions", body)),
        new Pipeline.Batch(Optional.empty(), Map.of()),
        Pipeline.Answer.ANY,
        new Pipeline.Result(Map.of(), new Pipeline.Files(Optional.empty(), ""), true),
        RetryPolicy.DEFAULT,
        Pipeline.OnDuplicate.SKIP,
        false,
        Budget.NONE);
  }

  private static YamlValue text(String text) {
    return new YamlValue.Text(text, HERE);
  }

  private static YamlValue.Mapping mapping(
      String name, YamlValue value, String secondName, YamlValue second) {
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>();
    entries.put(name, new YamlValue.Entry(HERE, value));
    entries.put(secondName, new YamlValue.Entry(HERE, second));
    return new YamlValue.Mapping(entries, HERE);
  }
}
