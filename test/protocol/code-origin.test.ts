import { expect, it } from 'vitest';
import { originOfFile } from '../../src/protocol/code-origin.ts';

it.each([
  ['/app/src/order.ts', 'application'],
  ['C:\\app\\order.js', 'application'],
  ['\\\\server\\share\\order.js', 'application'],
  ['/app/node_modules_old/order.js', 'application'],
  ['/app/my_node_modules/order.js', 'application'],
  ['rules/discount.js', 'application'],
  ['evalmachine.<anonymous>', 'application'],
  ['[eval]', 'application'],
  ['eval at run (/app/src/rules.js:3:10), <anonymous>', 'application'],
  ['webpack-internal:///./src/order.ts', 'application'],
  ['webpack://shop/./src/order.ts', 'application'],
  ['wasm://wasm/0a1b2c3d', 'application'],
  ['', 'application'],
  ['/app/node_modules/fastify/lib/reply.js', 'dependency'],
  ['/app/node_modules/a/node_modules/b/index.js', 'dependency'],
  ['/app/node_modules/.pnpm/koa@3.0.0/node_modules/koa/lib/application.js', 'dependency'],
  ['/app/.yarn/cache/koa-npm-3.0.0-ab12.zip/node_modules/koa/lib/application.js', 'dependency'],
  ['/app/.yarn/__virtual__/koa-virtual-1/0/cache/koa.zip/node_modules/koa/index.js', 'dependency'],
  ['C:\\app\\node_modules\\fastify\\reply.js', 'dependency'],
  ['node_modules/koa/index.js', 'dependency'],
  ['webpack://shop/./node_modules/koa/index.js', 'dependency'],
  ['webpack-internal:///./node_modules/koa/index.js', 'dependency'],
  ['webpack://shop/webpack/bootstrap', 'dependency'],
  ['webpack:///webpack/runtime/define property getters', 'dependency'],
  ['eval at compile (/app/node_modules/ejs/lib/ejs.js:662:12), <anonymous>', 'dependency'],
  ['node:internal/process/task_queues', 'node'],
  ['node:fs', 'node'],
  ['<anonymous>', 'node'],
])('takes %s for the code of: %s', (file, origin) => {
  expect(originOfFile(file)).toBe(origin);
});
