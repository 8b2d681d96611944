import { resolve } from 'node:path';
import { readAuthorities } from './delivery/certificates.ts';
import { openSpoolFolderNow } from './delivery/spool-folder.ts';
import type { SpoolKind } from './delivery/spool-folder.ts';
import type { ConfigurationProblem } from './errors.ts';
import type { ResolvedOptions } from './options.ts';

/**
 * What is wrong with the files and folders that the options name. Reads and makes them in the caller's turn, so it is for
 * `strict` only: otherwise they are looked at when the connection is loaded.
 */
export function checkOptionFiles(
  options: Pick<ResolvedOptions, 'ca' | 'failedPayloadsDir' | 'allPayloadsDir'>,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const attempt = (work: () => unknown, toProblem: (why: string) => ConfigurationProblem): void => {
    try {
      work();
    } catch (error) {
      problems.push(toProblem(error instanceof Error ? error.message : String(error)));
    }
  };
  const { ca } = options;
  if (ca !== null) attempt(() => readAuthorities(ca), describeBadCa);
  for (const kind of ['failed', 'all'] as const) {
    const folder = options[`${kind}PayloadsDir`];
    if (folder !== null) {
      attempt(
        () => openSpoolFolderNow(resolve(folder)),
        (why) => describeBadSpool(kind, why),
      );
    }
  }
  return problems;
}

/** The problem of an option `ca` that cannot be used. */
export function describeBadCa(why: string): ConfigurationProblem {
  return {
    code: 'STILLFRAME_BAD_CA',
    message: `Option "ca" (STILLFRAME_CA_FILE) cannot be used: ${why}; only the authorities that Node trusts are.`,
  };
}

/** The problem of a folder of payloads that cannot be used. */
export function describeBadSpool(kind: SpoolKind, why: string): ConfigurationProblem {
  return {
    code: 'STILLFRAME_BAD_SPOOL',
    message: `Option "${kind}PayloadsDir": ${why}; what could not be sent is lost until it can be used.`,
  };
}
