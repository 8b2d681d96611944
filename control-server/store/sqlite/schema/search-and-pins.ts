/**
 * Pinned snapshots, an index for each filter of the list, and the bookkeeping of the index of texts, whose own tables
 * come and go with the snapshots.
 */
export const SEARCH_AND_PINS: string = `
  ALTER TABLE snapshot ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE snapshot DROP COLUMN folded;

  DROP INDEX snapshot_by_age;
  CREATE INDEX snapshot_by_age ON snapshot (received_at, sequence) WHERE pinned = 0;
  CREATE INDEX snapshot_by_pin ON snapshot (sequence) WHERE pinned = 1;
  CREATE INDEX snapshot_by_label ON snapshot (label, sequence) WHERE label IS NOT NULL;
  CREATE INDEX snapshot_by_file ON snapshot (file_path, sequence);
  CREATE INDEX snapshot_by_instance ON snapshot (instance_id, sequence) WHERE instance_id IS NOT NULL;
  CREATE INDEX snapshot_by_logpoint ON snapshot (sequence) WHERE mode = 'logpoint';

  CREATE TABLE snapshot_flag (
    flag TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (flag, sequence)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO snapshot_flag (flag, sequence)
    SELECT json_each.value, sequence FROM snapshot, json_each(snapshot.flags);

  -- Which snapshots were received in a minute: turns a time into a place in the list, whatever the clock did meanwhile.
  CREATE TABLE snapshot_minute (
    minute INTEGER PRIMARY KEY,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL
  ) STRICT;
  INSERT INTO snapshot_minute (minute, first_sequence, last_sequence)
    SELECT received_at / 60000, min(sequence), max(sequence) FROM snapshot GROUP BY 1;

  -- Every snapshot up to this sequence is in the index of texts.
  INSERT INTO meta (name, number) VALUES ('indexed_through', 0), ('pinned_bytes', 0);
  `;
