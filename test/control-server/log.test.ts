import { describe, expect, it } from 'vitest';
import { createLogger } from '../../control-server/log.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';

const scrubber = createSnapshotScrubber();

function open() {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
    scrubText: (text) => scrubber.scrubText(text),
  });
  return { logger, lines };
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('has an error with its type, code, sentence and frames, and those of its causes', () => {
    const { logger, lines } = open();
    const cause = Object.assign(new Error('disk is full'), { code: 'ENOSPC', sql: 'SELECT secret-value' });
    logger.error({ err: new Error('The write failed.', { cause }) }, 'request failed');
    const [line] = parsed(lines);
    expect(line?.['msg']).toBe('request failed');
    expect(line?.['err']).toMatchObject({
      type: 'Error',
      message: 'The write failed.',
      stack: expect.stringMatching(/^\s+at .*log\.test\.ts/),
      cause: { type: 'Error', code: 'ENOSPC', message: 'disk is full' },
    });
    expect(lines.join('')).not.toContain('secret-value');
  });

  it('repeats nothing that a parser or a driver quotes', () => {
    const { logger, lines } = open();
    const errors = [
      () => JSON.parse('{"card": value-of-a-card}') as unknown,
      () => new URL('http://[value-of-a-url'),
      () => {
        throw new Error(`invalid input syntax for type uuid: "value "of" a row"`);
      },
    ];
    for (const fail of errors) {
      try {
        fail();
      } catch (err) {
        logger.error({ err }, 'failed');
      }
    }
    expect(lines.length).toBe(3);
    expect(lines.join('')).not.toMatch(/value.?-?of|of. a row/);
  });

  it('hides secrets by their look, in sentences and in frames', () => {
    const { logger, lines } = open();
    const err = new Error(
      'no answer from https://hooks.example/x?sig=abc123 for sf_k1_0123456789abcdef, whsec_abcdefgh, ada@example.com',
    );
    logger.error({ err }, 'failed');
    expect(parsed(lines)[0]?.['err']).toMatchObject({
      message:
        'no answer from https://hooks.example/x?[REDACTED] for [REDACTED], [REDACTED], [REDACTED:email]',
    });
  });

  it('hides secrets by the name under which somebody hands them over', () => {
    const { logger, lines } = open();
    const secret = 'hunter2-hunter2';
    logger.info({ password: secret, user: { secret, deep: { token: secret } } }, 'a');
    logger.info(
      { headers: { cookie: secret, 'x-api-key': secret }, req: { url: secret }, res: { secret } },
      'b',
    );
    logger.info({ options: { apiKey: secret, body: { secret } }, url: secret, query: { secret } }, 'c');
    logger.child({ authorization: secret }).info('d');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.length).toBe(4);
  });

  it('is one JSON object a line, and holds nothing that a terminal would obey', () => {
    const { logger, lines } = open();
    const hostile = 'a\r\n{"level":50,"msg":"forged"}\u001b[2J\u009b31m\u2028\u202egnp.exe';
    logger.warn({ service: hostile, err: new Error(hostile) }, hostile);
    expect(lines.length).toBe(1);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(lines[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    expect(parsed(lines)[0]).toMatchObject({ service: hostile, msg: hostile });
  });

  it('says of what was thrown and is no error only that', () => {
    const { logger, lines } = open();
    logger.error({ err: 'secret-text' }, 'failed');
    expect(parsed(lines)[0]?.['err']).toEqual({
      type: 'string',
      message: 'Something was thrown that is no error.',
    });
  });
});
