package org.batchdrop.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares only the extraction of id, status, text and tokens from lines in memory, in MB/s: {@code
 * MergeLinesMain FILE REPETITIONS}. Interleaves learned templates, structural scan and Jackson's
 * streaming parser.
 */
public final class MergeLinesMain {

  private static final String TEXT = "/choices/0/message/content";
  private static final JsonFactory JSON = new JsonFactory();

  private final byte[] bytes;
  private final int[] ends;

  private MergeLinesMain(byte[] bytes) {
    this.bytes = bytes;
    List<Integer> found = new ArrayList<>();
    int p = 0;
    while (p < bytes.length) {
      p = JsonBytes.indexOf(bytes, p, bytes.length, (byte) '\n');
      found.add(p++);
    }
    ends = found.stream().mapToInt(Integer::intValue).toArray();
  }

  public static void main(String[] args) throws IOException {
    MergeLinesMain bench = new MergeLinesMain(Files.readAllBytes(Path.of(args[0])));
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      long start = System.nanoTime();
      long one = bench.templates();
      long second = System.nanoTime();
      long two = bench.structure();
      long third = System.nanoTime();
      long three = bench.jackson();
      long end = System.nanoTime();
      if (one != two || two != three) {
        throw new IllegalStateException(one + " " + two + " " + three);
      }
      System.out.printf(
          "template %.0f structure %.0f jackson %.0f%n",
          bench.speed(start, second), bench.speed(second, third), bench.speed(third, end));
    }
  }

  private double speed(long start, long end) {
    return bytes.length * 1e3 / (end - start);
  }

  private long templates() {
    ResultLine line = new ResultLine(List.of(TEXT));
    long sum = 0;
    int from = 0;
    for (int end : ends) {
      line.read(bytes, from, end);
      sum += line.count(ResultLine.Place.TOTAL_TOKENS, ResultLine.Place.TOTAL_TOKENS);
      sum += line.end(ResultLine.Place.CUSTOM_ID) - line.start(ResultLine.Place.CUSTOM_ID) - 2;
      sum += line.valueStart(0) < 0 ? 0 : 1;
      from = end + 1;
    }
    return sum;
  }

  private long structure() {
    JsonPaths paths = new JsonPaths();
    List<String> wanted =
        List.of(
            "/custom_id",
            "/error",
            "/response/status_code",
            "/response/body" + TEXT,
            "/response/body/usage/total_tokens");
    for (int i = 0; i < wanted.size(); i++) {
      paths.add(wanted.get(i), i);
    }
    int[] start = new int[wanted.size()];
    int[] stop = new int[wanted.size()];
    JsonScan scan = new JsonScan(paths, start, stop);
    long sum = 0;
    int from = 0;
    for (int end : ends) {
      scan.scan(bytes, from, end);
      sum += stop[0] - start[0] - 2;
      sum += start[3] < 0 ? 0 : 1;
      long tokens = 0;
      for (int i = Math.max(0, start[4]); i < stop[4]; i++) {
        tokens = tokens * 10 + bytes[i] - '0';
      }
      sum += tokens;
      from = end + 1;
    }
    return sum;
  }

  private long jackson() throws IOException {
    long sum = 0;
    int from = 0;
    for (int end : ends) {
      try (JsonParser json = JSON.createParser(bytes, from, end - from)) {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
          if (token != JsonToken.FIELD_NAME) {
            continue;
          }
          switch (json.currentName()) {
            case "custom_id" -> {
              json.nextToken();
              sum += json.getTextLength();
            }
            case "content" -> {
              json.nextToken();
              sum += json.getTextLength() > 0 ? 1 : 0;
            }
            case "total_tokens" -> {
              json.nextToken();
              sum += json.getLongValue();
            }
            default -> {}
          }
        }
      }
      from = end + 1;
    }
    return sum;
  }
}
