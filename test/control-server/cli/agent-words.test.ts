import { expect, test } from 'vitest';
import { readAgentWords } from '../../../control-server/cli/agent-words.ts';
import { agent } from '../dashboard/samples.ts';

const lost = '2026-11-21T10:00:00.000Z';
const says = (state: 'emitting' | 'error', reason: string | null) => ({
  breakpoints: [{ breakpointId: 'b', state, reason }],
});

test('agents that are gone say nothing of breakpoints any more', () => {
  const words = readAgentWords([
    agent(says('emitting', null)),
    agent({ instanceId: 'lost', streaming: false, connectionLostAt: lost, ...says('error', 'lost') }),
    agent({ instanceId: 'unknown', streaming: false, unknown: true, ...says('error', 'unknown') }),
  ]);
  expect(words('b')).toEqual({ summary: 'emitting 1', reasons: [] });
  expect(words('another')).toEqual({ summary: '', reasons: [] });
});
