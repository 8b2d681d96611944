import { describe, expect, it } from 'vitest';
import {
  auditQuery,
  readAuditFilter,
  WHOLE_AUDIT,
  writeAuditFilter,
} from '../../../control-server/dashboard/src/audit/audit-filter.ts';
import { healthFigures } from '../../../control-server/dashboard/src/health/health-figures.ts';
import { diskWords } from '../../../control-server/dashboard/src/health/disk-words.ts';
import { readMetrics, sumOf } from '../../../control-server/dashboard/src/health/read-metrics.ts';
import { newestValidFirst, secretState } from '../../../control-server/dashboard/src/secrets/secret-state.ts';
import {
  settingsDraftOf,
  settingsProblems,
  settingsValuesOf,
} from '../../../control-server/dashboard/src/settings/settings-draft.ts';
import type { SdkKey } from '../../../src/protocol/api.ts';
import type { Settings } from '../../../src/protocol/api-settings.ts';

describe('the filter of the audit', () => {
  it('survives the way through the address', () => {
    const filter = {
      actor: 'Ada & Co',
      action: 'key.',
      target: 'key/1',
      from: '2026-11-21T10:00:00.000Z',
      to: '2026-11-21T11:00:00.000Z',
    };
    expect(readAuditFilter(writeAuditFilter(filter))).toEqual(filter);
  });

  it('asks only for what is set, and takes no notice of instants that are none', () => {
    expect(auditQuery(WHOLE_AUDIT)).toEqual({});
    expect(writeAuditFilter(WHOLE_AUDIT)).toBe('');
    expect(readAuditFilter('?from=soon&actor=ada')).toEqual({ ...WHOLE_AUDIT, actor: 'ada' });
  });
});

describe('the state of a key', () => {
  const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  const key: SdkKey = {
    id: 'k',
    name: 'shop',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
    createdAt: '2026-11-01T10:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
  };

  it('is valid until it expires, to the millisecond', () => {
    expect(secretState(key, nowMs)).toEqual({ state: 'valid', until: null, isReplaced: false });
    const ending = { ...key, expiresAt: '2026-11-21T10:00:00.001Z', replacedBy: 'l' };
    expect(secretState(ending, nowMs)).toEqual({
      state: 'valid',
      until: '2026-11-21T10:00:00.001Z',
      isReplaced: true,
    });
    expect(secretState(ending, nowMs + 1)).toEqual({ state: 'expired', at: '2026-11-21T10:00:00.001Z' });
  });

  it('is revoked once it was, whatever else holds', () => {
    const revoked = { ...key, revokedAt: '2026-11-20T10:00:00.000Z', expiresAt: '2026-11-19T10:00:00.000Z' };
    expect(secretState(revoked, nowMs)).toEqual({ state: 'revoked', at: '2026-11-20T10:00:00.000Z' });
  });

  it('stands before those that have ended, the newest first', () => {
    const at = (createdAt: string, revokedAt: string | null): SdkKey => ({ ...key, createdAt, revokedAt });
    const [old, recent, ended] = [
      at('2026-01-01', null),
      at('2026-02-01', null),
      at('2026-03-01', '2026-04-01'),
    ];
    expect(newestValidFirst([ended, old, recent], nowMs)).toEqual([recent, old, ended]);
  });
});

describe('the form of the settings', () => {
  const settings: Settings = {
    viewersSeeValues: false,
    traceLinkTemplate: null,
    retention: { maxAgeMs: 604_800_000, maxSnapshotsPerBreakpoint: null, maxTotalBytes: 10_737_418_241 },
    version: 3,
    updatedAt: null,
    updatedBy: null,
  };
  const draft = settingsDraftOf(settings);

  it('shows what is set in the units of people', () => {
    expect(draft).toEqual({
      viewersSeeValues: false,
      traceLinkTemplate: '',
      days: '7',
      perBreakpoint: '',
      gibibytes: '10',
    });
  });

  it('sets what was typed, and leaves what was not touched exact', () => {
    expect(settingsValuesOf({ ...draft, days: '0.5', perBreakpoint: '1000' }, settings)).toEqual({
      viewersSeeValues: false,
      traceLinkTemplate: null,
      retention: {
        maxAgeMs: 43_200_000,
        maxSnapshotsPerBreakpoint: 1_000,
        maxTotalBytes: 10_737_418_241,
      },
    });
    expect(settingsValuesOf({ ...draft, days: ' ', gibibytes: '' }, settings).retention).toEqual({
      maxAgeMs: null,
      maxSnapshotsPerBreakpoint: null,
      maxTotalBytes: null,
    });
  });

  it.each([
    ['days', '3650', '3651'],
    ['days', '0.001', '0'],
    ['perBreakpoint', '1000000', '1000001'],
    ['perBreakpoint', '1', '0'],
    ['perBreakpoint', '2', '1.5'],
    ['gibibytes', '1024', '1025'],
    ['gibibytes', '0.001', '-1'],
    ['days', '', 'week'],
  ] as const)('takes for %s the value %j and not %j', (field, good, bad) => {
    expect(settingsProblems({ ...draft, [field]: good })).toEqual({});
    expect(Object.keys(settingsProblems({ ...draft, [field]: bad }))).toEqual([field]);
  });
});

describe('the figures of the server', () => {
  const text = [
    '# HELP stillframe_streams Open streams of this node',
    '# TYPE stillframe_streams gauge',
    'stillframe_streams{kind="agent"} 3',
    'stillframe_streams{kind="dashboard"} 1',
    'stillframe_odd{label="a\\"b,c=\\"d"} 1e3 1700000000000',
    'stillframe_nothing NaN',
    'no metric at all',
    '',
  ].join('\n');
  const samples = readMetrics(text);

  it('are read out of the metrics, labels and all', () => {
    expect(samples).toEqual([
      { name: 'stillframe_streams', labels: { kind: 'agent' }, value: 3 },
      { name: 'stillframe_streams', labels: { kind: 'dashboard' }, value: 1 },
      { name: 'stillframe_odd', labels: { label: 'a"b,c="d' }, value: 1_000 },
    ]);
  });

  it('are added up over labels, and are none where nothing is told', () => {
    expect(sumOf(samples, 'stillframe_streams')).toBe(4);
    expect(sumOf(samples, 'stillframe_streams', { kind: 'agent' })).toBe(3);
    expect(sumOf(samples, 'stillframe_streams', { kind: 'other' })).toBeNull();
  });

  it('leave out what this server does not tell', () => {
    expect(healthFigures(samples).find(({ title }) => title === 'Streams')).toEqual({
      title: 'Streams',
      figures: [
        ['Agents', '3'],
        ['Dashboards', '1'],
      ],
    });
  });
});

it.each([
  [null, 90, 'unknown', 'neutral'],
  [41.6, 90, '42 % of at most 90 %', 'ok'],
  [80, 90, '80 % of at most 90 %', 'ok'],
  [80.1, 90, '80 % of at most 90 %', 'warn'],
  [90, 90, '90 % of at most 90 %', 'warn'],
  [90.6, 90, '91 %, above its limit of 90 %', 'stop'],
  [99, 100, '99 %', 'warn'],
] as const)('says of a disk that is used to %s %% with the limit %d: %s', (used, limit, words, tone) => {
  expect(diskWords({ diskUsedPercent: used, diskLimitPercent: limit })).toEqual({ words, tone });
});
