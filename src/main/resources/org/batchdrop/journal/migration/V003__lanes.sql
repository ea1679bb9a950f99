-- Rows that are asked for one by one, beside batches. A check can't be changed, so the table is made anew.
CREATE TABLE part_with_lane (
  job           VARCHAR(80)  NOT NULL REFERENCES job (id),
  number        INTEGER      NOT NULL,
  generation    INTEGER      NOT NULL,
  lane          VARCHAR(16)  NOT NULL CHECK (lane IN ('batch', 'realtime')),
  state         VARCHAR(16)  NOT NULL
    CHECK (state IN ('built', 'uploading', 'uploaded', 'creating', 'unclear', 'live', 'asking', 'ended',
                     'collected', 'unbought', 'superseded')),
  row_count     INTEGER      NOT NULL,
  first_row     BIGINT       NOT NULL,
  last_row      BIGINT       NOT NULL,
  bytes         BIGINT       NOT NULL,
  endpoint      VARCHAR(255) NOT NULL,
  model         VARCHAR(255) NOT NULL,
  provider      VARCHAR(64)  NOT NULL,
  account       VARCHAR(64)  NOT NULL,
  file_id       VARCHAR(2000),
  batch_id      VARCHAR(2000),
  end_status    VARCHAR(64),
  output_file   VARCHAR(2000),
  error_file    VARCHAR(2000),
  code          VARCHAR(200),
  message       VARCHAR(2000),
  seen_status   VARCHAR(64)  NOT NULL,
  seen_completed BIGINT      NOT NULL,
  seen_failed   BIGINT       NOT NULL,
  tries         INTEGER      NOT NULL,
  begun_at      BIGINT       NOT NULL,
  since_at      BIGINT       NOT NULL,
  due_at        BIGINT       NOT NULL,
  reason        VARCHAR(2000),
  parked        INTEGER      NOT NULL,
  attempt       INTEGER      NOT NULL,
  refusals      INTEGER      NOT NULL,
  tokens        BIGINT       NOT NULL,
  currency      VARCHAR(3),
  estimate      BIGINT,
  spent         BIGINT,
  intended_at   BIGINT,
  version       BIGINT       NOT NULL,
  PRIMARY KEY (job, number, generation)
);

INSERT INTO part_with_lane (job, number, generation, lane, state, row_count, first_row, last_row, bytes,
  endpoint, model, provider, account, file_id, batch_id, end_status, output_file, error_file, code, message,
  seen_status, seen_completed, seen_failed, tries, begun_at, since_at, due_at, reason, parked, attempt,
  refusals, tokens, currency, estimate, spent, intended_at, version)
SELECT job, number, generation, 'batch', state, row_count, first_row, last_row, bytes,
  endpoint, model, provider, account, file_id, batch_id, end_status, output_file, error_file, code, message,
  seen_status, seen_completed, seen_failed, tries, begun_at, since_at, due_at, reason, parked, attempt,
  refusals, tokens, currency, estimate, spent, intended_at, version
FROM part;

DROP TABLE part;
ALTER TABLE part_with_lane RENAME TO part;
CREATE INDEX part_state ON part (state, due_at);
CREATE INDEX part_account ON part (account, intended_at);
CREATE INDEX part_intended ON part (intended_at);
