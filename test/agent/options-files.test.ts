import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigurationError, init, isEnabled, shutdown } from '../../src/index.ts';
import type { AgentOptions, ConfigurationProblem } from '../../src/index.ts';
import { createSelfSignedCertificate } from '../helpers/self-signed-certificate.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

afterEach(() => shutdown(0));

const STRICT: AgentOptions = {
  apiKey: 'k',
  endpoint: 'https://127.0.0.1:9',
  env: false,
  serviceName: 'shop',
  strict: true,
};

/** What a strict start says is wrong; empty when it starts. */
function problemsOf(options: AgentOptions): readonly ConfigurationProblem[] {
  try {
    init({ ...STRICT, ...options });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(isEnabled()).toBe(false);
    return (error as ConfigurationError).problems;
  }
}

describe('a strict start', () => {
  it('refuses certificates that cannot be read, or are none', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'ca.pem');
    const messageOf = (why: string): ConfigurationProblem => ({
      code: 'STILLFRAME_BAD_CA',
      message: `Option "ca" (STILLFRAME_CA_FILE) cannot be used: ${why}; only the authorities that Node trusts are.`,
    });
    expect(problemsOf({ ca: file })).toEqual([
      messageOf(`ENOENT: no such file or directory, stat '${file}'`),
    ]);
    writeFileSync(file, 'no certificate');
    expect(problemsOf({ ca: file })).toEqual([messageOf('there is no certificate in it')]);
    expect(problemsOf({ ca: folder })).toEqual([messageOf('it is no file of at most 1 MiB')]);
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(problemsOf({ ca: broken }).map(({ code }) => code)).toEqual(['STILLFRAME_BAD_CA']);
  });

  it('refuses folders of payloads that cannot be used, each by its name', () => {
    const folder = temporaryFolder();
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    const link = join(folder, 'link');
    symlinkSync(folder, link);
    expect(problemsOf({ failedPayloadsDir: open, allPayloadsDir: link })).toEqual([
      {
        code: 'STILLFRAME_BAD_SPOOL',
        message:
          'Option "failedPayloadsDir": others can look into it: name one that does not exist yet, or chmod it to 700; ' +
          'what could not be sent is lost until it can be used.',
      },
      {
        code: 'STILLFRAME_BAD_SPOOL',
        message:
          'Option "allPayloadsDir": it is no folder; what could not be sent is lost until it can be used.',
      },
    ]);
  });

  it('takes what can be used, and makes a folder that is missing', () => {
    const folder = join(temporaryFolder(), 'new', 'folder');
    const { cert } = createSelfSignedCertificate();
    expect(problemsOf({ ca: cert, failedPayloadsDir: folder })).toEqual([]);
    expect(isEnabled()).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('makes nothing for an agent that is off', () => {
    const folder = join(temporaryFolder(), 'never');
    expect(problemsOf({ enabled: false, failedPayloadsDir: folder })).toEqual([]);
    expect(() => statSync(folder)).toThrow('ENOENT');
  });
});

describe('a start that is not strict', () => {
  it('looks at no file in its own turn', () => {
    const folder = join(temporaryFolder(), 'later');
    init({ ...STRICT, strict: false, failedPayloadsDir: folder, logger: { warn() {} } });
    expect(() => statSync(folder)).toThrow('ENOENT');
  });
});
