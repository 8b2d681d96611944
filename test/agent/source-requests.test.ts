import { describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../src/agent-options.ts';
import type { SourceWanted } from '../../src/protocol/source.ts';
import { until } from '../helpers/until.ts';
import { resolveOptions } from '../../src/options.ts';
import { known, startAgent } from './agent-on-a-link.ts';
import type { AgentOnALink } from './agent-on-a-link.ts';

function start(options: AgentOptions): AgentOnALink {
  return startAgent({ endpoint: 'https://stillframe.example.com', ...options });
}

async function ask(link: AgentOnALink, wanted: SourceWanted = { kind: 'tree' }): Promise<unknown> {
  const requestId = `r-${link.sourceAnswers.length}`;
  link.apply({ kind: 'source_request', request: { requestId, wanted } });
  const found = await until('the answer', () => {
    // Between two looks at its scripts it rests, by the clock of the test.
    link.pass(100);
    return link.sourceAnswers.find((one) => one.requestId === requestId);
  });
  return found.answer;
}

describe('an agent that is asked for source', () => {
  it('refuses by default where the control server is another machine, and counts it', async () => {
    const link = start({});
    expect(await ask(link)).toEqual({ kind: 'refused', code: 'source_access_off' });
    await ask(link, { kind: 'file', fileId: 'a' });
    expect(link.agent.status().source).toEqual({
      access: false,
      shown: 0,
      refused: { source_access_off: 2 },
      unsent: 0,
    });
  });

  it('shows its list where it is told to, and counts it', async () => {
    const link = start({ sourceAccess: true });
    expect(await ask(link)).toMatchObject({ kind: 'tree', omittedFiles: 0 });
    expect(await ask(link, { kind: 'file', fileId: 'unknown' })).toEqual({
      kind: 'refused',
      code: 'unknown_file',
    });
    expect(link.agent.status().source).toEqual({
      access: true,
      shown: 1,
      refused: { unknown_file: 1 },
      unsent: 0,
    });
    await link.agent.shutdown();
  });

  it('counts answers that did not arrive as neither shown nor refused', async () => {
    const link = start({ sourceAccess: true });
    link.source.arrives = false;
    await ask(link);
    await ask(link, { kind: 'file', fileId: 'unknown' });
    expect(link.agent.status().source).toEqual({ access: true, shown: 0, refused: {}, unsent: 2 });
    await link.agent.shutdown();
  });

  it('does nothing while a kill switch stops it', async () => {
    const link = start({ sourceAccess: true });
    link.state([known('a')], { killSwitch: true });
    expect(await ask(link)).toEqual({ kind: 'refused', code: 'killed' });
  });

  it('does nothing more for the questions that wait when a kill switch stops it', async () => {
    const link = start({ sourceAccess: true });
    for (const requestId of ['first', 'second', 'third']) {
      link.apply({ kind: 'source_request', request: { requestId, wanted: { kind: 'tree' } } });
    }
    link.state([known('a')], { killSwitch: true });
    await until('three answers', () => {
      link.pass(100);
      return link.sourceAnswers.length === 3;
    });
    for (const { answer } of link.sourceAnswers) expect(answer).toEqual({ kind: 'refused', code: 'killed' });
    expect(link.agent.status().source).toEqual({ access: true, shown: 0, refused: { killed: 3 }, unsent: 0 });
  });

  it('refuses the ninth question that waits', async () => {
    const link = start({ sourceAccess: true });
    for (let index = 0; index < 9; index++) {
      link.apply({ kind: 'source_request', request: { requestId: `${index}`, wanted: { kind: 'tree' } } });
    }
    await until('a refusal', () => link.sourceAnswers.length > 0);
    expect(link.sourceAnswers[0]).toEqual({
      requestId: '8',
      answer: { kind: 'refused', code: 'too_many_requests' },
    });
    expect(link.agent.status().source.refused).toEqual({ too_many_requests: 1 });
    await link.agent.shutdown();
  });

  it.each([
    [{}, {}, true],
    [{ endpoint: 'http://localhost:7070' }, {}, true],
    [{ endpoint: 'https://stillframe.example.com' }, {}, false],
    [{}, { NODE_ENV: 'production' }, false],
    [{ sourceAccess: true }, { NODE_ENV: 'production' }, true],
    [{ sourceAccess: false }, {}, false],
    [{}, { STILLFRAME_SOURCE_ACCESS: '0' }, false],
    [{ endpoint: 'https://stillframe.example.com' }, { STILLFRAME_SOURCE_ACCESS: '1' }, true],
    [{}, { STILLFRAME_SOURCE_ACCESS: 'perhaps' }, false],
  ] as const)('may show it by %j and %j: %s', (options, env, expected) => {
    const { resolved } = resolveOptions(
      { apiKey: 'k', ...options },
      { env, hostName: 'h', readPackageName: () => null },
    );
    expect(resolved.sourceAccess).toBe(expected);
  });
});
