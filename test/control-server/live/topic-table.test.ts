import { describe, expect, test } from 'vitest';
import { createTopicTable } from '../../../control-server/live/topic-table.ts';
import { createStateSource } from './state-source.ts';

describe('the table of topics', () => {
  test('caches a state until a change touches it, and reads it again after 10 s', async () => {
    const source = createStateSource();
    let nowMs = 0;
    const topics = createTopicTable({
      overlay: (state) => state,
      readState: source.readState,
      now: () => nowMs,
    });
    const ref = { environment: 'default', serviceName: 'shop' };
    await topics.of(ref).readState();
    nowMs = 9_999;
    await topics.of(ref).readState();
    expect(source.reads()).toBe(1);
    nowMs = 10_000;
    await topics.of(ref).readState();
    expect(source.reads()).toBe(2);
    const kill = source.setKill('global', true);
    await Promise.all(topics.touchedBy(kill).map((topic) => topic.refresh()));
    expect(source.reads()).toBe(2);
    await expect(topics.of(ref).readState()).resolves.toMatchObject({ killed: { global: true } });
    expect(source.reads()).toBe(3);
  });

  test('forgets a service that nobody asked for within a minute', async () => {
    const source = createStateSource();
    let nowMs = 0;
    const topics = createTopicTable({
      overlay: (state) => state,
      readState: source.readState,
      now: () => nowMs,
    });
    const ref = { environment: 'default', serviceName: 'shop' };
    await topics.of(ref).readState();
    nowMs = 59_999;
    topics.sweep();
    expect(topics.find(ref)).toBeDefined();
    nowMs = 60_000;
    topics.sweep();
    expect(topics.find(ref)).toBeUndefined();
  });

  test('never holds more than 10,000 names that nobody listens to', () => {
    const source = createStateSource();
    const topics = createTopicTable({ overlay: (state) => state, readState: source.readState, now: () => 0 });
    for (let index = 0; index < 10_050; index++) {
      topics.of({ environment: 'default', serviceName: `guess-${index}` });
    }
    expect(topics.all()).toHaveLength(10_000);
    expect(topics.find({ environment: 'default', serviceName: 'guess-0' })).toBeUndefined();
    expect(topics.find({ environment: 'default', serviceName: 'guess-10049' })).toBeDefined();
  });

  test('does not mix up names that differ only by where the parts meet', () => {
    const source = createStateSource();
    const topics = createTopicTable({ overlay: (state) => state, readState: source.readState, now: () => 0 });
    const one = topics.of({ environment: 'a', serviceName: 'b","c' });
    const two = topics.of({ environment: 'a","b', serviceName: 'c' });
    expect(one).not.toBe(two);
  });
});
