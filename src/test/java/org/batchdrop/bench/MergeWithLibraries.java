package org.batchdrop.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchdrop.job.RowId;

/**
 * The same table with good libraries and a map: {@code MergeWithLibraries HOME TARGET}. It writes
 * the table only, not the lines in input order.
 */
public final class MergeWithLibraries {

  private static final JsonFactory JSON = new JsonFactory();

  private record Answer(String text, String tokens, String error) {}

  private MergeWithLibraries() {}

  public static void main(String[] args) throws IOException {
    Path work = MergeData.folder(Path.of(args[0])).root();
    Map<String, Answer> answers = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(work, "*.{output,errors}.jsonl")) {
      for (Path file : files) {
        read(file, answers);
      }
    }
    try (CsvReader<CsvRecord> table =
            CsvReader.builder().ofCsvRecord(work.resolve("input/tickets.csv"));
        BufferedWriter target = Files.newBufferedWriter(Path.of(args[1]));
        CsvWriter out = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(target)) {
      long row = 0;
      for (CsvRecord record : table) {
        List<String> fields = new ArrayList<>(record.getFields());
        Answer answer =
            row == 0
                ? new Answer("answer", "tokens", "batchdrop_error")
                : answers.getOrDefault(RowId.of(MergeData.JOB, row), new Answer("", "", "missing"));
        fields.addAll(List.of(answer.text(), answer.tokens(), answer.error()));
        out.writeRecord(fields);
        row++;
      }
    }
  }

  private static void read(Path file, Map<String, Answer> answers) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String line = lines.readLine();
      while (line != null) {
        try (JsonParser json = JSON.createParser(line)) {
          read(json, answers);
        }
        line = lines.readLine();
      }
    }
  }

  private static void read(JsonParser json, Map<String, Answer> answers) throws IOException {
    String id = "";
    String text = "";
    String tokens = "";
    String code = "";
    String message = "";
    int inError = 0;
    int depth = 0;
    for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
      if (token.isStructStart()) {
        depth++;
        inError = depth == 2 && "error".equals(json.currentName()) ? depth : inError;
      } else if (token.isStructEnd()) {
        inError = depth == inError ? 0 : inError;
        depth--;
      } else if (token.isScalarValue() && json.currentName() != null) {
        switch (json.currentName()) {
          case "custom_id" -> id = json.getText();
          case "content" -> text = json.getText();
          case "total_tokens" -> tokens = json.getText();
          case "code" -> code = inError > 0 ? json.getText() : code;
          case "message" -> message = inError > 0 ? json.getText() : message;
          default -> {}
        }
      }
    }
    answers.put(id, new Answer(text, tokens, code.isEmpty() ? "" : code + ": " + message));
  }
}
