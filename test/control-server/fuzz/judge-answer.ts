/** An answer as it is judged. */
export interface JudgedAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

/** What no answer may give away: where in the code it failed, or in which words of the database. */
const INSIDES =
  /\n\s+at |\.[cm]?[jt]s:\d|node_modules|sqlite|syntax error|no such (?:table|column)|constraint failed|fts5/i;

/** Why an answer must not be given, or null. */
export function faultOf({ statusCode, contentType, body }: JudgedAnswer): string | null {
  if (statusCode >= 500) return `status ${statusCode}: ${body.slice(0, 300)}`;
  if (statusCode < 400) return null;
  if (!contentType.startsWith('application/problem+json')) return `a refusal as ${contentType}`;
  if (INSIDES.test(body)) return `insides: ${body.slice(0, 500)}`;
  const problem = JSON.parse(body) as Record<string, unknown>;
  const isProblem =
    problem['status'] === statusCode &&
    /^[a-z][a-z_0-9]+$/.test(String(problem['code'])) &&
    problem['detail'] !== '';
  return isProblem ? null : `no problem: ${body.slice(0, 300)}`;
}

/** The same requests in CI, others in each soak: `STILLFRAME_FUZZ_RUNS` rounds for each route. */
export const FUZZ_RUNS: number = Number(process.env['STILLFRAME_FUZZ_RUNS'] ?? 5);
/** Told when something is found, so that it can be found again. */
export const FUZZ_SEED: number =
  process.env['STILLFRAME_FUZZ_RUNS'] === undefined ? 20_261_121 : Date.now() % 2 ** 31;
