import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScriptSourceMaps } from '../../src/capture/script-source-maps.ts';
import { createTurnBudget } from '../../src/capture/turn-budget.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const maps = createScriptSourceMaps(
  createTurnBudget(1, () => performance.now()),
  Date.now() + 60_000,
);

const TOO_LARGE = JSON.stringify({
  version: 3,
  sources: ['a.ts'],
  mappings: ';'.repeat(16 * 1024 * 1024 + 1),
});

it('tells a map of which more would have to be kept than it keeps from one that is none', async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'out.js');
  writeFileSync(script, 'f();\n//# sourceMappingURL=out.js.map\n');
  writeFileSync(join(folder, 'out.js.map'), TOO_LARGE);
  const inline = (text: string): string =>
    `data:application/json;base64,${Buffer.from(text).toString('base64')}`;
  expect(await maps.read(script, 'out.js.map')).toBe('too_large');
  expect(await maps.readContent(script, 'out.js.map', join(folder, 'a.ts'))).toBeNull();
  expect(await maps.read(script, inline(TOO_LARGE))).toBe('too_large');
  expect(await maps.readContent(script, inline(TOO_LARGE), join(folder, 'a.ts'))).toBeNull();
  expect(await maps.read(script, inline('no map'))).toBeNull();
});
