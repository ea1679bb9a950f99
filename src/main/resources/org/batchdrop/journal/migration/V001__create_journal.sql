-- The journal: O(parts) rows, never O(rows of the input). Times are milliseconds since 1970 in UTC.
CREATE TABLE job (
  id            VARCHAR(80)  NOT NULL PRIMARY KEY,
  pipeline      VARCHAR(64)  NOT NULL,
  input_name    VARCHAR(255) NOT NULL,
  input_bytes   BIGINT       NOT NULL,
  input_key     VARCHAR(255) NOT NULL,
  state         VARCHAR(16)  NOT NULL
    CHECK (state IN ('received', 'prepared', 'collected', 'delivered', 'refused', 'rejected')),
  provider      VARCHAR(64)  NOT NULL,
  total_rows    BIGINT       NOT NULL,
  unsent        BIGINT       NOT NULL,
  answered      BIGINT       NOT NULL,
  failed        BIGINT       NOT NULL,
  parts         INTEGER      NOT NULL,
  received_at   BIGINT       NOT NULL,
  prepared_at   BIGINT,
  collected_at  BIGINT,
  delivered_at  BIGINT,
  outbox        VARCHAR(1000),
  problem       VARCHAR(2000),
  version       BIGINT       NOT NULL
);
CREATE INDEX job_state ON job (state);

CREATE TABLE part (
  job           VARCHAR(80)  NOT NULL REFERENCES job (id),
  number        INTEGER      NOT NULL,
  generation    INTEGER      NOT NULL,
  state         VARCHAR(16)  NOT NULL
    CHECK (state IN ('built', 'uploading', 'uploaded', 'creating', 'unclear', 'live', 'ended',
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
  version       BIGINT       NOT NULL,
  PRIMARY KEY (job, number, generation)
);
CREATE INDEX part_state ON part (state, due_at);

-- Append-only: one line a transition.
CREATE TABLE event (
  seq           INTEGER      NOT NULL PRIMARY KEY,
  at            BIGINT       NOT NULL,
  job           VARCHAR(80)  NOT NULL,
  number        INTEGER,
  generation    INTEGER,
  from_state    VARCHAR(16),
  to_state      VARCHAR(16)  NOT NULL,
  detail        VARCHAR(2000) NOT NULL
);
CREATE INDEX event_job ON event (job, seq);
