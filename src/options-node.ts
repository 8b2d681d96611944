/** The oldest Node that the agent runs on: what its HTTP client asks for. As `engines` in package.json says it. */
export const OLDEST_NODE = '22.19';

/** Whether a version of Node, as `process.versions.node` has it, is older than that. */
export function isTooOld(version: string): boolean {
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
