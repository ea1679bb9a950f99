package org.batchdrop.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchdrop.input.JsonScan;
import org.batchdrop.input.Tree;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * The answers of a part's rows as they arrive one by one, in the envelope of a batch's output file.
 * A line is durable when the method that added it returns; lines that arrive together share one
 * write to the disk. After a crash the log goes on behind its last whole line. Thread-safe.
 */
public final class AnswerLog implements Closeable {

  private static final byte[] CUSTOM_ID = "custom_id".getBytes(UTF_8);

  private final Path file;
  private final FileChannel channel;
  private final Set<String> rows = ConcurrentHashMap.newKeySet();
  private final Object disk = new Object();
  private long written;
  private boolean isTorn;
  private long durable;

  private AnswerLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a log, which may be absent or left by a process that died.
   *
   * @throws IOException when it can't be read or written
   */
  public static AnswerLog open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      AnswerLog log = new AnswerLog(file, channel);
      log.recover();
      // Whoever made it may have failed, or died, before its name was on the disk.
      Tree.syncName(file);
      return log;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    JsonScan scan = new JsonScan();
    Scratch line = new Scratch(1 << 12);
    long end = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.put(next);
        } else if (scan.check(line.array(), 0, line.size()) == null) {
          rows.add(row(scan, line));
          end += line.size() + 1;
          line.clear();
        } else {
          break;
        }
      }
    }
    channel.truncate(end);
    channel.position(end);
    written = end;
    force(end);
  }

  private static String row(JsonScan scan, Scratch line) {
    int member = scan.find(CUSTOM_ID);
    int from = scan.valueStart(member);
    return new String(line.array(), from, scan.valueEnd(member) - from, UTF_8);
  }

  /**
   * Tells whether a row has a line.
   *
   * @param row its {@code custom_id} as JSON, as its request line has it
   */
  public boolean has(String row) {
    return rows.contains(row);
  }

  /** How many rows have a line. */
  public int size() {
    return rows.size();
  }

  /**
   * Adds what a provider said of a row.
   *
   * @param row its {@code custom_id} as JSON
   * @param status the HTTP status
   * @param requestId the provider's name of the exchange
   * @param body JSON, in one line
   */
  public void answer(String row, int status, Optional<String> requestId, String body)
      throws IOException {
    Scratch line = new Scratch(body.length() + 200);
    begin(row, line);
    line.put("{\"status_code\":" + status + ",\"request_id\":");
    line.putJsonString(requestId.orElse(""));
    line.put(",\"body\":");
    line.put(body);
    line.put("},\"error\":null}\n");
    add(row, line);
  }

  /**
   * Takes over what another log has answered; failures are left to be tried again. A line that is
   * not whole ends it.
   *
   * @param wanted rows that this log is to have, each its {@code custom_id} as JSON
   * @throws IOException when one of the logs can't be read or written
   */
  public void takeAnswers(Path other, Set<String> wanted) throws IOException {
    JsonScan scan = new JsonScan();
    try (BufferedReader lines = Files.newBufferedReader(other)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        Scratch line = new Scratch(text.length() + 1);
        line.put(text);
        if (scan.check(line.array(), 0, line.size()) != null) {
          return;
        }
        String row = row(scan, line);
        Scratch begin = new Scratch(200);
        begin(row, begin);
        begin.put("{\"status_code\":200,");
        boolean isAnswer =
            line.size() > begin.size()
                && Arrays.equals(line.array(), 0, begin.size(), begin.array(), 0, begin.size());
        if (isAnswer && wanted.contains(row) && !has(row)) {
          line.put('\n');
          add(row, line);
        }
      }
    }
  }

  /** Adds that a row has no answer, and why. */
  public void failure(String row, Reason reason) throws IOException {
    Scratch line = new Scratch(300);
    begin(row, line);
    line.put("null,\"error\":{\"code\":");
    line.putJsonString(reason.code());
    line.put(",\"message\":");
    line.putJsonString(reason.message());
    line.put("}}\n");
    add(row, line);
  }

  private static void begin(String row, Scratch line) {
    line.put("{\"id\":null,\"custom_id\":");
    line.put(row);
    line.put(",\"response\":");
  }

  private void add(String row, Scratch line) throws IOException {
    long end;
    synchronized (this) {
      ByteBuffer bytes = ByteBuffer.wrap(line.array(), 0, line.size());
      cutTornLine();
      isTorn = true;
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      isTorn = false;
      written += line.size();
      end = written;
    }
    force(end);
    rows.add(row);
  }

  /** A full disk may have taken half a line; what follows it would not be found again. */
  private void cutTornLine() throws IOException {
    if (isTorn) {
      channel.truncate(written);
      channel.position(written);
      isTorn = false;
    }
  }

  private void force(long end) throws IOException {
    synchronized (disk) {
      if (durable >= end && end > 0) {
        return;
      }
      long all;
      synchronized (this) {
        all = written;
      }
      channel.force(false);
      durable = all;
    }
  }

  /** Gives the whole log the name of an output file, durably, and closes it. */
  public void publish(Path target) throws IOException {
    synchronized (this) {
      cutTornLine();
    }
    force(Long.MAX_VALUE);
    channel.close();
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Tree.syncName(target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
