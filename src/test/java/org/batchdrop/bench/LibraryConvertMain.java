package org.batchdrop.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The same conversion with the best pair of libraries, FastCSV and Jackson's generator. Usage:
 * {@code LibraryConvertMain IN OUT SYSTEM-TEXT-FILE [REPETITIONS]}.
 */
public final class LibraryConvertMain {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private LibraryConvertMain() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    String system = Files.readString(Path.of(args[2])).strip();
    int repetitions = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      Files.deleteIfExists(Path.of(args[1]));
      long rows = convert(Path.of(args[0]), Path.of(args[1]), system);
      System.out.printf("%.3f s, %d rows%n", (System.nanoTime() - start) / 1e9, rows);
    }
  }

  private static long convert(Path in, Path out, String system) throws IOException {
    long number = 0;
    try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(in);
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(out), 1 << 18);
        JsonGenerator json = FACTORY.createGenerator(file)) {
      json.setRootValueSeparator(null);
      for (NamedCsvRecord row : rows) {
        number++;
        String digits = Long.toString(number);
        json.writeStartObject();
        json.writeStringField("custom_id", "3fa9c1-" + "0".repeat(9 - digits.length()) + digits);
        json.writeStringField("method", "POST");
        json.writeStringField("url", "/v1/chat/completions");
        json.writeObjectFieldStart("body");
        json.writeStringField("model", "gpt-4o-mini");
        json.writeArrayFieldStart("messages");
        message(json, "system", system);
        message(json, "user", row.getField("title") + ": " + row.getField("text"));
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }
    return number;
  }

  private static void message(JsonGenerator json, String role, String content) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", role);
    json.writeStringField("content", content);
    json.writeEndObject();
  }
}
