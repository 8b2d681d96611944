/** Which key brought a service, so that none brings too many. */
export const SERVICES_OF_KEYS: string = `
  ALTER TABLE service ADD COLUMN key_id text COLLATE "C";
  CREATE INDEX service_by_key ON service (key_id) WHERE key_id IS NOT NULL;
  `;
