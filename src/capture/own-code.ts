import { toFilePath } from './file-path.ts';

/** Ends with a separator. Null when the agent is part of a bundle, where only the boundary tells its frames. */
const OWN_FOLDER = ownFolder(import.meta.url);
/** What a source map calls the agent's sources inside the bundle of an application. */
const OWN_SOURCE = /[\\/]node_modules[\\/]stillframe[\\/](?:src|dist)[\\/]/;

/**
 * True for files of the agent. They stand in a stack below the call when the agent called the host, which captured: a
 * `logger`, an `apiKey` function.
 */
export function isOwnCode(filePath: string): boolean {
  return (OWN_FOLDER !== null && filePath.startsWith(OWN_FOLDER)) || OWN_SOURCE.test(filePath);
}

/** @param moduleUrl undefined in a CommonJS bundle */
function ownFolder(moduleUrl: string | undefined): string | null {
  const folder = /^(.*[\\/])capture[\\/]own-code\.[jt]s$/.exec(toFilePath(moduleUrl ?? ''))?.[1];
  return folder ?? null;
}
