-- Tries, costs and reasons that a person must resolve; limits and accounts shared by all jobs. Money is in
-- billionths of a currency.
ALTER TABLE job ADD COLUMN contents VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
CREATE INDEX job_contents ON job (contents);

ALTER TABLE part ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE part ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN currency VARCHAR(3);
ALTER TABLE part ADD COLUMN estimate BIGINT;
ALTER TABLE part ADD COLUMN spent BIGINT;
ALTER TABLE part ADD COLUMN intended_at BIGINT;
CREATE INDEX part_account ON part (account, intended_at);
CREATE INDEX part_intended ON part (intended_at);

-- Accounts whose provider refuses to work for them until a person does something.
CREATE TABLE parked_account (
  account       VARCHAR(64)   NOT NULL PRIMARY KEY,
  provider      VARCHAR(64)   NOT NULL,
  secret        VARCHAR(64)   NOT NULL,
  code          VARCHAR(64)   NOT NULL,
  reason        VARCHAR(2000) NOT NULL,
  since_at      BIGINT        NOT NULL,
  look_at       BIGINT        NOT NULL
);

-- Token limits that a provider told in its own words.
CREATE TABLE told_limit (
  account       VARCHAR(64)   NOT NULL,
  model         VARCHAR(255)  NOT NULL,
  tokens        BIGINT        NOT NULL,
  told_at       BIGINT        NOT NULL,
  PRIMARY KEY (account, model)
);

-- Batches at a provider that carry a submission key which no part of this journal has.
CREATE TABLE stray_batch (
  batch_id      VARCHAR(2000) NOT NULL,
  account       VARCHAR(64)   NOT NULL,
  provider      VARCHAR(64)   NOT NULL,
  submission_key VARCHAR(255) NOT NULL,
  file_id       VARCHAR(2000) NOT NULL,
  status        VARCHAR(64)   NOT NULL,
  seen_at       BIGINT        NOT NULL,
  PRIMARY KEY (account, batch_id)
);
CREATE INDEX stray_key ON stray_batch (submission_key);
