package org.batchdrop.journal;

/** The longer SQL texts, portable across SQLite and PostgreSQL. */
final class Statements {

  static final String INSERT_JOB =
      """
      INSERT INTO job (id, pipeline, input_name, input_bytes, input_key, state, provider, total_rows,
        unsent, answered, failed, parts, received_at, prepared_at, collected_at, delivered_at, outbox,
        problem, version)
      VALUES (:id, :pipeline, :inputName, :inputBytes, :inputKey, :state, :provider, :rows,
        :unsent, :answered, :failed, :parts, :receivedAt, :preparedAt, :collectedAt, :deliveredAt,
        :outbox, :problem, 1)
      """;

  static final String UPDATE_JOB =
      """
      UPDATE job SET state = :state, provider = :provider, total_rows = :rows, unsent = :unsent,
        answered = :answered, failed = :failed, parts = :parts, prepared_at = :preparedAt,
        collected_at = :collectedAt, delivered_at = :deliveredAt, outbox = :outbox,
        problem = :problem, version = version + 1
      WHERE id = :id AND version = :seen
      """;

  static final String INSERT_PART =
      """
      INSERT INTO part (job, number, generation, state, row_count, first_row, last_row, bytes,
        endpoint, model, provider, account, file_id, batch_id, end_status, output_file, error_file, code,
        message, seen_status, seen_completed, seen_failed, tries, begun_at, since_at, due_at, reason, version)
      VALUES (:job, :number, :generation, :state, :rows, :firstRow, :lastRow, :bytes,
        :endpoint, :model, :provider, :account, :fileId, :batchId, :endStatus, :outputFile, :errorFile, :code,
        :message, :seenStatus, :seenCompleted, :seenFailed, :tries, :begunAt, :sinceAt, :dueAt, :reason, 1)
      """;

  static final String UPDATE_PART =
      """
      UPDATE part SET state = :state, account = :account, file_id = :fileId, batch_id = :batchId,
        end_status = :endStatus, output_file = :outputFile, error_file = :errorFile, code = :code,
        message = :message, seen_status = :seenStatus, seen_completed = :seenCompleted,
        seen_failed = :seenFailed, tries = :tries, begun_at = :begunAt, since_at = :sinceAt, due_at = :dueAt,
        reason = :reason, version = version + 1
      WHERE job = :job AND number = :number AND generation = :generation AND version = :seen
      """;

  static final String INSERT_EVENT =
      """
      INSERT INTO event (at, job, number, generation, from_state, to_state, detail)
      VALUES (:at, :job, :number, :generation, :from, :to, :detail)
      """;

  static final String ENDED_JOBS =
      """
      SELECT id FROM job WHERE state = 'prepared' AND NOT EXISTS (
        SELECT 1 FROM part WHERE part.job = job.id
          AND part.state NOT IN ('collected', 'unbought', 'superseded'))
      ORDER BY received_at LIMIT :limit
      """;

  private Statements() {}
}
