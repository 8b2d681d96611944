/** Columns of line breakpoints, and the questions for source that nodes hand on to each other. */
export const COLUMNS_AND_QUESTIONS: string = `
  ALTER TABLE breakpoint ADD COLUMN column_number bigint;
  DROP INDEX breakpoint_by_line;
  CREATE UNIQUE INDEX breakpoint_by_line
    ON breakpoint (environment, service_name, hashtextextended(file_path, 0), line_number, coalesce(column_number, 0))
    WHERE label IS NULL;

  -- Of the last minute, and worth nothing after a crash.
  CREATE UNLOGGED TABLE source_question (
    id text COLLATE "C" PRIMARY KEY,
    environment text COLLATE "C" NOT NULL,
    service_name text COLLATE "C" NOT NULL,
    instance_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    file_id text COLLATE "C",
    asked_at bigint NOT NULL,
    answer text
  );
  CREATE INDEX source_question_open ON source_question (asked_at) WHERE answer IS NULL;
  `;
