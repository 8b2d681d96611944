import { describe, expect, it } from 'vitest';
import { createScriptSourceMaps } from '../../src/capture/script-source-maps.ts';
import { createTurnBudget } from '../../src/capture/turn-budget.ts';

const maps = createScriptSourceMaps(
  createTurnBudget(1, () => performance.now()),
  performance.timeOrigin,
);

function contentOf(map: unknown, source: string): Promise<string | null> {
  const comment = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  return maps.readContent('/app/dist/out.js', comment, source);
}

function mapOf(name: string, content: string): Record<string, unknown> {
  return { version: 3, sources: [name], sourcesContent: [content], mappings: 'AAAA' };
}

describe('the text of an original that a map of sections carries', () => {
  it.each([
    [
      'has no mappings',
      { offset: { line: 0, column: 0 }, map: { ...mapOf('b.ts', 'of b'), mappings: null } },
    ],
    ['has no place', { map: mapOf('b.ts', 'of b') }],
    ['is somewhere else', { offset: { line: 0, column: 0 }, url: 'b.map' }],
  ])('is its own, also behind a section that %s', async (_, unusable) => {
    const map = {
      version: 3,
      sections: [
        unusable,
        { offset: { line: 1, column: 0 }, map: mapOf('a.ts', 'of a') },
        { offset: { line: 2, column: 0 }, map: mapOf('c.ts', 'of c') },
      ],
    };
    expect(await contentOf(map, '/app/dist/a.ts')).toBe('of a');
    expect(await contentOf(map, '/app/dist/c.ts')).toBe('of c');
    expect(await contentOf(map, '/app/dist/b.ts')).toBeNull();
  });
});
