package org.batchdrop.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.jspecify.annotations.Nullable;

/** Turns rows of the tables into values. */
final class Records {

  private Records() {}

  static Job job(ResultSet row) throws SQLException {
    return new Job(
        new JobId(row.getString("id")),
        row.getString("pipeline"),
        row.getString("input_name"),
        row.getLong("input_bytes"),
        row.getString("input_key"),
        JobState.of(row.getString("state")),
        row.getString("provider"),
        new Job.Totals(
            row.getLong("total_rows"),
            row.getLong("unsent"),
            row.getLong("answered"),
            row.getLong("failed"),
            row.getInt("parts")),
        new Job.Times(
            Instant.ofEpochMilli(row.getLong("received_at")),
            instant(row, "prepared_at"),
            instant(row, "collected_at"),
            instant(row, "delivered_at")),
        Optional.ofNullable(row.getString("outbox")),
        Optional.ofNullable(row.getString("problem")),
        row.getString("contents"),
        new Job.Orders(row.getInt("approved") != 0, row.getInt("cancelled") != 0),
        row.getLong("version"));
  }

  static Part part(ResultSet row) throws SQLException {
    return new Part(
        new PartId(new JobId(row.getString("job")), row.getInt("number"), row.getInt("generation")),
        partState(row),
        new Part.Size(
            row.getInt("row_count"),
            row.getLong("first_row"),
            row.getLong("last_row"),
            row.getLong("bytes")),
        Lane.of(row.getString("lane")),
        row.getString("endpoint"),
        row.getString("model"),
        row.getString("provider"),
        row.getString("account"),
        new Part.Seen(
            row.getString("seen_status"),
            row.getLong("seen_completed"),
            row.getLong("seen_failed")),
        new Part.Pause(
            row.getInt("tries"),
            Instant.ofEpochMilli(row.getLong("begun_at")),
            Instant.ofEpochMilli(row.getLong("since_at")),
            Instant.ofEpochMilli(row.getLong("due_at")),
            Optional.ofNullable(row.getString("reason")),
            row.getInt("parked") != 0),
        new Part.Purchase(
            row.getInt("attempt"),
            row.getInt("refusals"),
            row.getLong("tokens"),
            money(row, "estimate"),
            money(row, "spent"),
            instant(row, "intended_at")),
        row.getLong("version"));
  }

  static Event event(ResultSet row) throws SQLException {
    int number = row.getInt("number");
    Optional<PartId> part =
        number == 0
            ? Optional.empty()
            : Optional.of(
                new PartId(new JobId(row.getString("job")), number, row.getInt("generation")));
    return new Event(
        Instant.ofEpochMilli(row.getLong("at")),
        part,
        Optional.ofNullable(row.getString("from_state")),
        row.getString("to_state"),
        row.getString("detail"));
  }

  private static PartState partState(ResultSet row) throws SQLException {
    String file = text(row.getString("file_id"));
    String batch = text(row.getString("batch_id"));
    String label = row.getString("state");
    return switch (label) {
      case "built" -> new PartState.Built();
      case "uploading" -> new PartState.Uploading();
      case "uploaded" -> new PartState.Uploaded(file);
      case "creating" -> new PartState.Creating(file);
      case "unclear" -> new PartState.Unclear(file);
      case "live" -> new PartState.Live(file, batch);
      case "asking" -> new PartState.Asking();
      case "ended" -> new PartState.Ended(file, batch, end(row));
      case "collected" -> new PartState.Collected(file, batch, end(row));
      case "unbought" ->
          new PartState.Unbought(
              Optional.ofNullable(row.getString("file_id")),
              text(row.getString("code")),
              text(row.getString("message")));
      case "superseded" -> new PartState.Superseded(Optional.ofNullable(row.getString("file_id")));
      default -> throw new SQLException("unknown part state '" + label + "'");
    };
  }

  /** How a part ended, as far as its state holds it. */
  static Optional<BatchEnd> end(PartState state) {
    if (state instanceof PartState.Ended ended) {
      return Optional.of(ended.end());
    }
    return state instanceof PartState.Collected collected
        ? Optional.of(collected.end())
        : Optional.empty();
  }

  private static BatchEnd end(ResultSet row) throws SQLException {
    return new BatchEnd(
        text(row.getString("end_status")),
        Optional.ofNullable(row.getString("output_file")),
        Optional.ofNullable(row.getString("error_file")),
        text(row.getString("code")),
        text(row.getString("message")));
  }

  private static Optional<Money> money(ResultSet row, String column) throws SQLException {
    long nanos = row.getLong(column);
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(new Money(nanos, row.getString("currency")));
  }

  static ParkedAccount parkedAccount(ResultSet row) throws SQLException {
    return new ParkedAccount(
        row.getString("account"),
        row.getString("provider"),
        row.getString("secret"),
        row.getString("code"),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("since_at")),
        Instant.ofEpochMilli(row.getLong("look_at")));
  }

  static StrayBatch strayBatch(ResultSet row) throws SQLException {
    return new StrayBatch(
        row.getString("batch_id"),
        row.getString("account"),
        row.getString("provider"),
        row.getString("submission_key"),
        row.getString("file_id"),
        row.getString("status"),
        Instant.ofEpochMilli(row.getLong("seen_at")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
