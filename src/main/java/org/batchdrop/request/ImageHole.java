package org.batchdrop.request;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.batchdrop.input.ImageFiles;
import org.batchdrop.input.RowProblem;
import org.jspecify.annotations.Nullable;

/** Writes an image as {@code data:image/png;base64,...}, block by block. Confined to one thread. */
final class ImageHole {

  private static final int BLOCK = 48 * 1024;
  private static final Base64.Encoder ENCODER = Base64.getEncoder();

  private final ImageFiles files;
  private final byte[] block = new byte[BLOCK];
  private final byte[] encoded = new byte[BLOCK / 3 * 4];

  ImageHole(ImageFiles files) {
    this.files = files;
  }

  /**
   * Appends an image.
   *
   * @param reference a path
   * @param field that has it, for people
   * @param most bytes that the line may still grow by
   * @return null, or why there is no image; some of it may have been appended then
   * @throws IOException when the disk fails
   */
  @Nullable RowProblem append(String reference, String field, LineBuffer out, long most)
      throws IOException {
    try (InputStream in = files.open(reference, field)) {
      return append(in, field, out, most);
    } catch (ImageFiles.Refused e) {
      return e.problem();
    }
  }

  private @Nullable RowProblem append(InputStream in, String field, LineBuffer out, long most)
      throws IOException {
    int read = in.readNBytes(block, 0, BLOCK);
    String type = ImageFiles.type(block, read);
    if (type == null) {
      return new RowProblem(
          "not_an_image",
          "names a file in field '" + field + "' that is no PNG, JPEG, GIF or WebP image");
    }
    long end = out.length + most;
    byte[] start = ("data:" + type + ";base64,").getBytes(StandardCharsets.US_ASCII);
    out.append(start, 0, start.length);
    long size = 0;
    while (read > 0) {
      size += read;
      if (size > files.maxBytes()) {
        return new RowProblem(
            "image_too_large",
            "names an image in field '"
                + field
                + "' of more than "
                + files.maxBytes()
                + " bytes; expected at most that ('input.images.max-size')");
      }
      byte[] source = read == BLOCK ? block : Arrays.copyOf(block, read);
      int length = ENCODER.encode(source, encoded);
      if (out.length + (long) length > end) {
        return new RowProblem(
            "line_too_long",
            "makes, with the image in field '"
                + field
                + "', a request line that is longer than the provider takes; expected smaller"
                + " images");
      }
      out.append(encoded, 0, length);
      read = in.readNBytes(block, 0, BLOCK);
    }
    return null;
  }
}
