import { expect, test } from 'vitest';
import { mergeFiles } from '../../../control-server/api/service-files.ts';
import type { ServiceFiles } from '../../../src/protocol/api-source.ts';
import type { AgentSummary } from '../../../src/protocol/api.ts';

/** The list of a service whose instances named these hashes of one file. */
function merge(...hashes: readonly (string | null)[]): ServiceFiles {
  const asked = hashes.map((hash, index) => ({
    agent: agentOf(`instance-${index}`),
    answer: {
      kind: 'tree' as const,
      files: [{ id: 'a', path: '/app/a.js', kind: 'loaded' as const, compiledPath: null, hash }],
      omittedFiles: 0,
      unreadMaps: 0,
    },
  }));
  return mergeFiles('shop', asked, 0);
}

function agentOf(instanceId: string): AgentSummary {
  return {
    instanceId,
    serviceName: 'shop',
    environment: 'production',
    userAgent: 'stillframe/1.0.0',
    address: '10.0.0.1',
    connectedAt: '2026-11-21T10:00:00.000Z',
    lastSeenAt: '2026-11-21T10:00:00.000Z',
    streaming: true,
    connectionLostAt: null,
    unknown: false,
    status: null,
    breakpoints: [],
  };
}

test('two instances whose hashes of a file differ run different code', () => {
  const { files, hasDifferentCode } = merge('one', 'other');
  expect(files[0]?.versions).toEqual([
    { hash: 'one', instanceIds: ['instance-0'] },
    { hash: 'other', instanceIds: ['instance-1'] },
  ]);
  expect(hasDifferentCode).toBe(true);
});

test('an instance that names no hash of a file is not known to run different code', () => {
  const { files, hasDifferentCode } = merge('one', null, 'one');
  expect(files[0]?.versions).toEqual([
    { hash: 'one', instanceIds: ['instance-0', 'instance-2'] },
    { hash: null, instanceIds: ['instance-1'] },
  ]);
  expect(hasDifferentCode).toBe(false);
});
