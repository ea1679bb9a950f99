package org.batchdrop.result;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchdrop.job.InputRejected.Problem;

/**
 * What a merge came to.
 *
 * @param target the durable file
 * @param rows of the table; {@code answered + failed = rows}
 * @param answered rows with an answer
 * @param failed rows without one, {@code missing} among them
 * @param missing rows that no line speaks of
 * @param failedByCode rows without an answer by code
 * @param lines lines of the results that name a row
 * @param unmatched lines that name none: foreign ones, ones without an id and malformed ones
 * @param duplicate lines of rows that had the very same line already
 * @param conflicting lines of rows that had another line already; the first answer counts
 * @param ids how ids found their rows, for people
 * @param problems the first odd lines of each kind
 */
public record Merged(
    Path target,
    long rows,
    long answered,
    long failed,
    long missing,
    Map<String, Long> failedByCode,
    long lines,
    long unmatched,
    long duplicate,
    long conflicting,
    String ids,
    List<Problem> problems) {}
