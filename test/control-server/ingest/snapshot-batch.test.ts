import { describe, expect, it, vi } from 'vitest';
import { readBatch } from '../../../control-server/ingest/snapshot-batch.ts';

const BOUNDS = { maxItems: 2, maxItemBytes: 100, maxDepth: 4 };
const read = (body: Buffer) => readBatch(body, 'application/x-ndjson', BOUNDS);

describe('the lines of a body', () => {
  it('are counted with the blank ones between them, which are no snapshots', () => {
    expect(read(Buffer.from('\n \t\r\n {"a":1}\r\n\n\n{"a":\n'))).toEqual({
      isSingle: false,
      items: [
        { value: { a: 1 }, line: 3 },
        { rejection: 'bad_json', line: 6 },
      ],
    });
  });

  it('are as many as are allowed; blank ones do not count', () => {
    expect(read(Buffer.from('\n{}\n\n{}\n\n')).items).toHaveLength(2);
    expect(() => read(Buffer.from('{}\n{}\n{}'))).toThrow(expect.objectContaining({ status: 413 }));
  });

  it('are not looked at one by one while they are blank: a small packed body holds millions', () => {
    const body = Buffer.from(`${'\r\n'.repeat(1_000)}{}`);
    const subarray = vi.spyOn(body, 'subarray');
    expect(read(body).items).toEqual([{ value: {}, line: 1_001 }]);
    expect(subarray).toHaveBeenCalledTimes(1);
  });
});
