import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let url: string;
beforeEach(async () => {
  api = await openApi();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterEach(() => api[Symbol.asyncDispose]());

/** Reads a stream: until a text has come, or to its end. */
function readText(response: Response): { until(part: string): Promise<string>; toEnd(): Promise<string> } {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  async function read(isEnough: () => boolean): Promise<string> {
    while (!isEnough()) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return text;
      text += chunk.value;
    }
    return text;
  }
  return { until: (part) => read(() => text.includes(part)), toEnd: () => read(() => false) };
}

describe('GET /api/events', () => {
  it('greets, then hints at what changed, with the headers of every answer', async () => {
    const cookie = await api.signIn('viewer');
    const response = await fetch(`${url}/api/events`, { headers: { cookie } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const stream = readText(response);
    expect(await stream.until('event: hello')).toContain('"serverVersion":"1.2.3"');
    await api.call('POST', '/api/services/shop/kill-switch', {
      cookie: await api.signIn(),
      body: { enabled: true },
    });
    await stream.until('event: kill_switch');
  });

  it('is not opened by HEAD, which could not read it', async () => {
    const cookie = await api.signIn('viewer');
    expect((await fetch(`${url}/api/events`, { method: 'HEAD', headers: { cookie } })).status).toBe(404);
  });

  it('ends when its session signs out', async () => {
    const [cookie, other] = [await api.signIn('viewer'), await api.signIn('viewer')];
    const [stream, untouched] = await Promise.all(
      [cookie, other].map(async (sent) =>
        readText(await fetch(`${url}/api/events`, { headers: { cookie: sent } })),
      ),
    );
    await stream?.until('event: hello');
    await api.call('DELETE', '/api/session', { cookie });
    expect(await stream?.toEnd()).toContain('event: hello');
    expect((await fetch(`${url}/api/events`, { headers: { cookie } })).status).toBe(401);
    await api.call('POST', '/api/keys', { cookie: await api.signIn(), body: { name: 'x' } });
    await untouched?.until('event: keys');
  });

  it('ends when its session expires', async () => {
    const cookie = await api.signIn('viewer');
    api.clock.ms += 60_000 - 50;
    const stream = readText(await fetch(`${url}/api/events`, { headers: { cookie } }));
    expect(await stream.toEnd()).toContain('event: hello');
  });
});
