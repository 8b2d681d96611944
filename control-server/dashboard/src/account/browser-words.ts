const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** A browser as people know it, `Firefox on macOS`; the start of what it says of itself when it is none of the known. */
export function browserWords(userAgent: string): string {
  const named = (known: readonly (readonly [name: string, pattern: RegExp])[]): string | undefined =>
    known.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = named(BROWSERS);
  if (browser === undefined) return userAgent === '' ? 'Unknown' : userAgent.slice(0, 60);
  const system = named(SYSTEMS);
  return system === undefined ? browser : `${browser} on ${system}`;
}
