/** Columns of line breakpoints. */
export const COLUMNS: string = `
  ALTER TABLE breakpoint ADD COLUMN column_number INTEGER;
  DROP INDEX breakpoint_by_line;
  CREATE UNIQUE INDEX breakpoint_by_line
    ON breakpoint (environment, service_name, file_path, line_number, coalesce(column_number, 0)) WHERE label IS NULL;
  `;
