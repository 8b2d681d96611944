import { describe, expect, it } from 'vitest';
import { parseStreamEvent } from '../../src/protocol/control-message.ts';
import {
  encodeSourceAnswer,
  encodeSourceRequest,
  MAX_LISTED_FILES,
  MAX_SOURCE_CHARACTERS,
  parseSourceAnswer,
  parseSourceRequest,
} from '../../src/protocol/source.ts';
import type { LoadedFile, SourceAnswer, SourceRequest } from '../../src/protocol/source.ts';

const FILE: LoadedFile = {
  id: 'k3Jv0w1yQm2s8T9xZ0aBcD',
  path: '/app/src/order.ts',
  kind: 'original',
  compiledPath: '/app/dist/order.js',
  hash: 'ab12',
};
const SHOWN: SourceAnswer = {
  kind: 'file',
  file: FILE,
  source: 'a();\nb();',
  redacted: ['api_key'],
  cutLines: 1,
  isStale: true,
  scrubbed: { version: '1' },
};

describe('a question for source', () => {
  it.each<SourceRequest>([
    { requestId: 'r-1', wanted: { kind: 'tree' } },
    { requestId: 'r-1', wanted: { kind: 'file', fileId: 'k3Jv' } },
  ])('is the same after the wire: %j', (request) => {
    const data = JSON.stringify(encodeSourceRequest(request));
    expect(parseStreamEvent('source_request', data, '')).toEqual({ kind: 'source_request', request });
  });

  it.each([
    [{}],
    [{ request_id: 'r-1' }],
    [{ request_id: 'r-1', kind: 'file' }],
    [{ request_id: 'r-1', kind: 'file', file_id: '/etc/passwd' }],
    [{ request_id: 'r-1', kind: 'file', file_id: '../a' }],
    [{ request_id: 'a/b', kind: 'tree' }],
    [{ request_id: 'x'.repeat(65), kind: 'tree' }],
    [null],
  ])('that is none is ignored: %j', (value) => {
    expect(parseSourceRequest(value)).toBeNull();
  });
});

describe('an answer about source', () => {
  it.each<SourceAnswer>([
    {
      kind: 'tree',
      files: [FILE, { ...FILE, kind: 'loaded', compiledPath: null, hash: null }],
      omittedFiles: 3,
      unreadMaps: 2,
    },
    SHOWN,
    { kind: 'refused', code: 'source_access_off' },
  ])('is the same after the wire: $kind', (answer) => {
    expect(parseSourceAnswer(JSON.parse(JSON.stringify(encodeSourceAnswer(answer))))).toEqual(answer);
  });

  it('lists no more files than a list may have, and counts the rest', () => {
    const files = Array.from({ length: MAX_LISTED_FILES + 1 }, () => ({ id: 'a', path: '/a' }));
    const answer = parseSourceAnswer({ kind: 'tree', files, omitted_files: 2 });
    expect(answer).toMatchObject({ kind: 'tree', omittedFiles: 3 });
    expect(answer?.kind === 'tree' ? answer.files.length : 0).toBe(MAX_LISTED_FILES);
  });

  it('has at most the characters of a file that is shown', () => {
    const withSource = (length: number): unknown => ({
      kind: 'file',
      file: { id: 'a', path: '/a' },
      source: 'x'.repeat(length),
    });
    expect(parseSourceAnswer(withSource(MAX_SOURCE_CHARACTERS))).not.toBeNull();
    expect(parseSourceAnswer(withSource(MAX_SOURCE_CHARACTERS + 1))).toBeNull();
  });

  it.each([
    [null],
    [{}],
    [{ kind: 'tree' }],
    [{ kind: 'file', source: 'x' }],
    [{ kind: 'file', file: { id: 'a b', path: '/a' }, source: 'x' }],
    [{ kind: 'refused', code: 'because' }],
  ])('that is none is refused: %j', (value) => {
    expect(parseSourceAnswer(value)).toBeNull();
  });
});
