/** What each node says of itself, as JSON. */
export const NODE_FACTS = `
  ALTER TABLE node ADD COLUMN facts text NOT NULL DEFAULT '{}';
`;
