package org.batchdrop.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/**
 * A multipart form with one file, which goes straight to the disk. The fields may come before or
 * behind the file. Not thread-safe.
 */
final class Upload implements Closeable {
  private static final int BUFFER = 64 * 1024;
  private static final int MAX_FIELD = 4096;

  private final FileStore files;
  private final long maxFileBytes;
  private final Map<String, String> fields = new HashMap<>();
  private FileStore.@Nullable Incoming file;
  private String filename = "";

  private Upload(FileStore files, long maxFileBytes) {
    this.files = files;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * Reads the whole form.
   *
   * @throws ApiException when it is malformed, lacks a file, or the file is too large
   */
  static Upload receive(Call call, FileStore files, long maxFileBytes) throws IOException {
    Upload upload = new Upload(files, maxFileBytes);
    boolean complete = false;
    try {
      upload.readParts(call.body(), boundary(call));
      if (upload.file == null) {
        throw ApiException.missing("file");
      }
      complete = true;
      return upload;
    } catch (FileUploadException e) {
      throw ApiException.badRequest(
          "We could not parse the multipart form: " + e.getMessage(), null, null);
    } finally {
      if (!complete) {
        upload.close();
      }
    }
  }

  private static byte[] boundary(Call call) {
    String type = call.header("Content-Type").orElse("");
    String boundary = null;
    if (type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      boundary = parser().parse(type, new char[] {';', ','}).get("boundary");
    }
    if (boundary == null || boundary.isEmpty()) {
      throw ApiException.badRequest(
          "Expected a multipart/form-data body with a boundary.", null, null);
    }
    return boundary.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ParameterParser parser() {
    ParameterParser parser = new ParameterParser();
    parser.setLowerCaseNames(true);
    return parser;
  }

  private void readParts(InputStream body, byte[] boundary) throws IOException {
    MultipartInput input =
        MultipartInput.builder()
            .setInputStream(body)
            .setBoundary(boundary)
            .setBufferSize(BUFFER)
            .get();
    input.setHeaderCharset(StandardCharsets.UTF_8);
    boolean more = input.skipPreamble();
    while (more) {
      Map<String, String> disposition = disposition(input.readHeaders());
      String name = disposition.getOrDefault("name", "");
      try (InputStream part = input.newInputStream()) {
        if (name.equals("file")) {
          filename = disposition.getOrDefault("filename", "");
          readFile(part);
        } else {
          fields.put(name, readField(name, part));
        }
      }
      more = input.readBoundary();
    }
  }

  private static Map<String, String> disposition(String headers) {
    for (String header : headers.split("\r\n")) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        return parser().parse(header.substring(header.indexOf(':') + 1), ';');
      }
    }
    return Map.of();
  }

  private static String readField(String name, InputStream part) throws IOException {
    byte[] value = part.readNBytes(MAX_FIELD + 1);
    if (value.length > MAX_FIELD) {
      throw ApiException.badRequest("The field '" + name + "' is too long.", name, null);
    }
    return new String(value, StandardCharsets.UTF_8);
  }

  private void readFile(InputStream part) throws IOException {
    if (file != null) {
      throw ApiException.badRequest("Expected one file.", "file", null);
    }
    FileStore.Incoming incoming = files.receive();
    file = incoming;
    byte[] buffer = new byte[BUFFER];
    for (int read = part.read(buffer); read >= 0; read = part.read(buffer)) {
      if (incoming.length() + read > maxFileBytes) {
        throw ApiException.badRequest("File is too large.", "file", null);
      }
      incoming.write(buffer, 0, read);
    }
  }

  /**
   * Returns a field of the form.
   *
   * @throws ApiException when it is not there
   */
  String field(String name) {
    String value = fields.get(name);
    if (value == null) {
      throw ApiException.missing(name);
    }
    return value;
  }

  /** Returns the name of the file, as the client gave it. */
  String filename() {
    return filename;
  }

  /** Returns the length of the file in bytes. */
  long length() {
    return incoming().length();
  }

  /** Makes the file exist; it is durable when this returns. */
  StoredFile publish(String purpose) throws IOException {
    return incoming().publish(filename, purpose);
  }

  private FileStore.Incoming incoming() {
    FileStore.Incoming incoming = file;
    if (incoming == null) {
      throw new IllegalStateException("no file was received");
    }
    return incoming;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
