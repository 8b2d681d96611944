import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createReservedFile } from '../../../control-server/store/reserved-file.ts';
import { createUnwrittenKillsFile } from '../../../control-server/store/unwritten-kills-file.ts';
import type { KeptKill } from '../../../control-server/store/unwritten-kills-file.ts';

const killOf = (n: number): KeptKill => ({
  kill: {
    scope: 'service',
    serviceName: `service ${n}`,
    environment: null,
    instanceId: null,
    on: true,
    reason: '\u00fc'.repeat(500),
    by: 'ada',
    at: '2026-11-21T10:00:00.000Z',
    expiresAt: null,
    written: false,
  },
  stamp: null,
});

it('keeps kills without their reasons when there is no room for both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-kills-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const problems: string[] = [];
  const open = () =>
    createUnwrittenKillsFile(createReservedFile(join(folder, 'kills')), (code) => problems.push(code));
  const file = open();
  await file.load();
  const kills = Array.from({ length: 100 }, (_, n) => killOf(n));
  await file.save(kills.slice(0, 10));
  expect(await open().load()).toEqual(kills.slice(0, 10));
  await file.save(kills);
  expect(await open().load()).toEqual(
    kills.map(({ kill, stamp }) => ({ kill: { ...kill, reason: null }, stamp })),
  );
  expect(problems).toEqual([]);
});
