import { readInstant, toIso } from '../instant.ts';
import type { SettingsDocument } from '../settings-document-store.ts';
import { StoreError } from '../store-error.ts';
import type { Session } from './database.ts';

interface SettingsRow {
  readonly document: string;
  readonly version: number;
  readonly updated_at: number;
  readonly updated_by: string;
}

/** Null before the first change. */
export async function readSettingsDocument(
  session: Session,
  serviceName: string | null,
): Promise<SettingsDocument | null> {
  const row = await session.get<SettingsRow>(
    'SELECT document, version, updated_at, updated_by FROM settings_document WHERE service_name = :serviceName',
    { serviceName: serviceName ?? '' },
  );
  if (row === undefined) return null;
  const { document, version } = row;
  return { document, version, updatedAt: toIso(row.updated_at), updatedBy: row.updated_by };
}

/** Replaces them. Throws `version_mismatch`. */
export async function writeSettingsDocument(
  session: Session,
  serviceName: string | null,
  document: string,
  expectedVersion: number | null,
  by: string,
  nowIso: string,
): Promise<SettingsDocument> {
  const before = (await readSettingsDocument(session, serviceName))?.version ?? 0;
  if (expectedVersion !== null && expectedVersion !== before) {
    throw new StoreError(
      'version_mismatch',
      `These settings are at version ${before}, not ${expectedVersion}: somebody changed them. Read them again.`,
    );
  }
  const at = readInstant(nowIso, 'now');
  const version = before + 1;
  await session.run(
    `INSERT INTO settings_document (service_name, document, version, updated_at, updated_by)
     VALUES (:serviceName, :document, :version, :at, :by)
     ON CONFLICT (service_name) DO UPDATE SET
       document = excluded.document, version = excluded.version, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
    { serviceName: serviceName ?? '', document, version, at, by },
  );
  return { document, version, updatedAt: toIso(at), updatedBy: by };
}
