/**
 * A UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness, so that ids sort by time and a database can partition
 * by them.
 * @param random at least 10 random bytes
 */
export function createSnapshotId(nowMs: number, random: Uint8Array): string {
  const time = Math.max(0, Math.floor(nowMs)).toString(16).padStart(12, '0').slice(-12);
  let tail = '';
  for (let index = 0; index < 10; index++) {
    let byte = random[index] ?? 0;
    if (index === 0) byte = (byte & 0x0f) | 0x70; // version 7
    if (index === 2) byte = (byte & 0x3f) | 0x80; // variant 10
    tail += byte.toString(16).padStart(2, '0');
  }
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}
