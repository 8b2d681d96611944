/** What the API took below the least that agents go by, as agents take it. */
export const LEAST_PAYLOAD = `
  UPDATE breakpoint SET max_payload_bytes = 1024 WHERE max_payload_bytes < 1024;
  `;
