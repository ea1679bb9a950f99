package org.batchdrop.request;

/**
 * A part file that is ready to be sent.
 *
 * @param number from 1, in the order of the parts' first rows
 * @param rows how many lines it has
 * @param firstRow the number of its first row in the input
 * @param lastRow the number of its last row
 * @param bytes the file's size
 * @param endpoint the url of every line
 * @param model the model of every line
 * @param isReused whether its rows have answers of earlier jobs, which stand in its output file
 */
public record PreparedPart(
    int number,
    long rows,
    long firstRow,
    long lastRow,
    long bytes,
    String endpoint,
    String model,
    boolean isReused) {}
