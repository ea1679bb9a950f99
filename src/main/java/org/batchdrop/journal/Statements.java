package org.batchdrop.journal;

/** The longer SQL texts, portable across SQLite and PostgreSQL. */
final class Statements {

  static final String INSERT_JOB =
      """
      INSERT INTO job (id, pipeline, input_name, input_bytes, input_key, state, provider, total_rows,
        unsent, answered, failed, parts, received_at, prepared_at, collected_at, delivered_at, outbox,
        problem, contents, approved, cancelled, version)
      VALUES (:id, :pipeline, :inputName, :inputBytes, :inputKey, :state, :provider, :rows,
        :unsent, :answered, :failed, :parts, :receivedAt, :preparedAt, :collectedAt, :deliveredAt,
        :outbox, :problem, :contents, :approved, :cancelled, 1)
      """;

  static final String UPDATE_JOB =
      """
      UPDATE job SET state = :state, provider = :provider, total_rows = :rows, unsent = :unsent,
        answered = :answered, failed = :failed, parts = :parts, prepared_at = :preparedAt,
        collected_at = :collectedAt, delivered_at = :deliveredAt, outbox = :outbox,
        problem = :problem, contents = :contents, approved = :approved, cancelled = :cancelled,
        version = version + 1
      WHERE id = :id AND version = :seen
      """;

  static final String INSERT_PART =
      """
      INSERT INTO part (job, number, generation, lane, state, row_count, first_row, last_row, bytes,
        endpoint, model, provider, account, file_id, batch_id, end_status, output_file, error_file, code,
        message, seen_status, seen_completed, seen_failed, tries, begun_at, since_at, due_at, reason, parked,
        attempt, refusals, tokens, currency, estimate, spent, intended_at, version)
      VALUES (:job, :number, :generation, :lane, :state, :rows, :firstRow, :lastRow, :bytes,
        :endpoint, :model, :provider, :account, :fileId, :batchId, :endStatus, :outputFile, :errorFile, :code,
        :message, :seenStatus, :seenCompleted, :seenFailed, :tries, :begunAt, :sinceAt, :dueAt, :reason, :parked,
        :attempt, :refusals, :tokens, :currency, :estimate, :spent, :intendedAt, 1)
      """;

  static final String UPDATE_PART =
      """
      UPDATE part SET state = :state, account = :account, file_id = :fileId, batch_id = :batchId,
        end_status = :endStatus, output_file = :outputFile, error_file = :errorFile, code = :code,
        message = :message, seen_status = :seenStatus, seen_completed = :seenCompleted,
        seen_failed = :seenFailed, tries = :tries, begun_at = :begunAt, since_at = :sinceAt, due_at = :dueAt,
        reason = :reason, parked = :parked, attempt = :attempt, refusals = :refusals, tokens = :tokens,
        currency = :currency, estimate = :estimate, spent = :spent, intended_at = :intendedAt,
        version = version + 1
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

  static final String SAME_CONTENTS =
      """
      SELECT * FROM job WHERE contents = :contents AND pipeline = :pipeline AND id <> :id
        AND cancelled = 0 AND state NOT IN ('refused', 'rejected')
        AND (state <> 'delivered' OR failed = 0)
      ORDER BY received_at LIMIT 1
      """;

  static final String UNDER_WAY =
      """
      SELECT COALESCE(SUM(CASE WHEN model = :model THEN tokens ELSE 0 END), 0) AS queued,
        COUNT(*) AS running
      FROM part
      WHERE account = :account AND state IN ('uploading', 'uploaded', 'creating', 'unclear', 'live')
        AND NOT (job = :job AND number = :number AND generation = :generation)
      """;

  static final String CREATES =
      """
      SELECT COUNT(*) FROM part WHERE account = :account AND lane = 'batch' AND intended_at > :since
        AND NOT (job = :job AND number = :number AND generation = :generation)
      """;

  static final String COMMITTED =
      """
      SELECT COALESCE(SUM(CASE WHEN part.state = 'collected' THEN COALESCE(spent, estimate, 0)
          ELSE COALESCE(estimate, 0) END), 0)
      FROM part JOIN job ON job.id = part.job
      WHERE part.state NOT IN ('built', 'unbought', 'superseded') AND currency = :currency
        AND intended_at >= :since AND %s
        AND NOT (part.job = :job AND number = :number AND generation = :generation)
      """;

  static final String PENDING =
      """
      SELECT COALESCE(SUM(CASE WHEN state = 'built' THEN COALESCE(estimate, 0) ELSE 0 END), 0) AS nanos,
        COALESCE(SUM(CASE WHEN state = 'built' OR end_status = 'reused' THEN 0 ELSE 1 END), 0) AS begun
      FROM part WHERE job = :job
      """;

  static final String WAKE =
      """
      UPDATE part SET due_at = :now, parked = 0, version = version + 1
      WHERE provider = :provider AND due_at > :now AND due_at < :never AND parked = 1
        AND (account = '' OR account = :account)
        AND state IN ('built', 'uploading', 'uploaded', 'live', 'asking', 'ended', 'unclear', 'creating')
      """;

  static final String PARK =
      """
      INSERT INTO parked_account (account, provider, secret, code, reason, since_at, look_at)
      VALUES (:account, :provider, :secret, :code, :reason, :since, :look)
      """;

  static final String INSERT_STRAY =
      """
      INSERT INTO stray_batch (batch_id, account, provider, submission_key, file_id, status, seen_at)
      VALUES (:batch, :account, :provider, :key, :file, :status, :seen)
      """;

  static final String BUSY_PROVIDERS =
      """
      SELECT DISTINCT provider FROM part
      WHERE (lane = 'batch' OR generation > 1) AND state NOT IN ('collected', 'unbought', 'superseded')
      ORDER BY provider
      """;

  private Statements() {}
}
