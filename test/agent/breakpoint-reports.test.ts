import { expect, it } from 'vitest';
import { known, startAgent } from './agent-on-a-link.ts';
import type { AgentOnALink } from './agent-on-a-link.ts';

const words = ({ reports }: AgentOnALink): string[] =>
  reports
    .splice(0)
    .map(({ breakpointId, state, reason }) => [breakpointId, state, reason].filter(Boolean).join(' '));

it('says how far a breakpoint came: received, installed, emitting', () => {
  const link = startAgent();
  link.state([known('checkout')]);
  expect(words(link)).toEqual(['id-checkout received']);
  link.agent.captureSnapshot('checkout', {});
  expect(words(link)).toEqual(['id-checkout installed', 'id-checkout emitting']);
  link.state([known('checkout')]);
  expect(words(link)).toEqual([]);
});

it('says no more than received of a breakpoint that is off', () => {
  const link = startAgent();
  link.state([known('checkout', { enabled: false })]);
  link.agent.captureSnapshot('checkout', {});
  expect(words(link)).toEqual(['id-checkout received']);
});

it('says why a breakpoint cannot capture', () => {
  const link = startAgent();
  link.state([known('checkout', { condition: 'a >' })]);
  link.agent.captureSnapshot('checkout', {});
  expect(words(link)).toEqual([
    'id-checkout received',
    expect.stringMatching(/^id-checkout error condition/),
  ]);
});

it('refuses every line breakpoint where they are switched off, each once', () => {
  const link = startAgent({ lineBreakpoints: false });
  link.state([known(null, { id: 'line' })]);
  link.state([known(null, { id: 'line' }), known(null, { id: 'other' })]);
  expect(words(link)).toEqual([
    'line received',
    expect.stringMatching(/^line error line_breakpoints_off: .*Use captureSnapshot\.$/),
    'other received',
    expect.stringMatching(/^other error line_breakpoints_off: /),
  ]);
});

it('says the last word on each breakpoint again when the connection is another one, not of those that are gone', () => {
  const link = startAgent();
  link.state([known('checkout'), known('refund'), known('gone')]);
  link.agent.captureSnapshot('checkout', {});
  link.state([known('checkout'), known('refund')]);
  words(link);
  link.connection('open');
  expect(words(link)).toEqual(['id-checkout emitting', 'id-refund received']);
});

it('says nothing again when the connection is closed for good', () => {
  const link = startAgent();
  link.state([known('checkout')]);
  words(link);
  link.connection('closed');
  expect(words(link)).toEqual([]);
});

it('says of a breakpoint that was disarmed as costly that it is installed once it was switched off and on', () => {
  const link = startAgent({ logger: { warn() {} } });
  const wide = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`key${index}`, 0]));
  link.state([known('checkout')]);
  link.agent.captureSnapshot('checkout', { wide });
  expect(words(link)).toEqual([
    'id-checkout received',
    'id-checkout installed',
    'id-checkout error costly_value: an object of 10001 keys, which V8 lists all at once',
  ]);
  link.state([known('checkout', { enabled: false })]);
  link.state([known('checkout')]);
  expect(words(link)).toEqual(['id-checkout installed']);
});
