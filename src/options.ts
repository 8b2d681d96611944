import { types } from 'node:util';
import type { AgentOptions, PiiPattern } from './agent-options.ts';
import { ConfigurationError } from './errors.ts';
import type { ConfigurationProblem, ProblemCode } from './errors.ts';
import type { UserLogger } from './log.ts';
import type { CaptureLimits } from './protocol/limits.ts';
import { isLoopback, readEndpoint } from './options-endpoint.ts';
import { OLDEST_NODE, isTooOld } from './options-node.ts';
import { readProxy } from './options-proxy.ts';
import { OPTION_SPECS, readFlag, readTextList } from './options-table.ts';
import type { OptionSpec } from './options-table.ts';

/** Options with nothing left to decide. */
export interface ResolvedOptions {
  readonly apiKey: (() => string | Promise<string>) | null;
  readonly endpoint: URL;
  /** The proxy on the way to the endpoint. It may hold credentials and is never shown as it is. */
  readonly proxy: URL | null;
  readonly serviceName: string;
  readonly isEnabled: boolean;
  readonly environment: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  readonly host: string;
  readonly limits: CaptureLimits;
  readonly rateLimitMs: number;
  readonly maxCapturesPerSecond: number;
  readonly allowRemoteLimits: boolean;
  readonly lineBreakpoints: boolean;
  readonly lineBreakpointPercent: number;
  readonly sourceAccess: boolean;
  readonly piiScrubbing: boolean;
  readonly disabledTypes: readonly string[];
  readonly redactNames: readonly string[];
  readonly allowNames: readonly string[];
  readonly redactPaths: readonly string[];
  readonly piiPatterns: readonly PiiPattern[];
  readonly requestContext: boolean;
  readonly captureTimeoutMs: number;
  readonly exitFlushMs: number;
  readonly handleSignals: boolean;
  readonly pollIntervalMs: number;
  readonly streamSilenceMs: number;
  readonly statusIntervalMs: number;
  readonly contactExpiryMs: number;
  readonly circuitBreaker: boolean;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly reconnectResetMs: number;
  readonly streamOpenMs: number;
  readonly streamFirstEventMs: number;
  readonly firstPollMs: number;
  readonly accessRetryMs: number;
  readonly breakerFailures: number;
  readonly breakerWindowMs: number;
  readonly breakerCooldownMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  readonly ca: string | null;
  readonly numRetries: number;
  readonly batchSize: number;
  readonly batchDelayMs: number;
  readonly maxRequestSize: number;
  readonly queueSize: number;
  readonly syncFlush: boolean;
  readonly failedPayloadsDir: string | null;
  readonly allPayloadsDir: string | null;
  readonly maxPayloadsDirBytes: number;
  readonly logger: UserLogger | null;
  readonly debug: boolean;
  readonly strict: boolean;
}

/** What surrounds the options: passed in, so that the result depends on nothing else. */
export interface OptionSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostName: string;
  /** Name in the nearest package.json, looked up only when nothing else names the service. */
  readonly readPackageName: () => string | null;
}

/**
 * Options, environment and defaults folded together.
 * @throws ConfigurationError only with `strict: true`
 */
export function resolveOptions(
  options: AgentOptions,
  surroundings: OptionSurroundings,
  nodeVersion: string = process.versions.node,
): { readonly resolved: ResolvedOptions; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const report = (code: ProblemCode, message: string): void => void problems.push({ code, message });
  const given = readGiven(options, report);
  const env = given['env'] === false ? {} : surroundings.env;

  for (const name of Object.keys(given)) {
    if (!OPTION_SPECS.has(name as keyof AgentOptions)) {
      report('STILLFRAME_UNKNOWN_OPTION', `Option "${name}" is not known; it is ignored.`);
    }
  }

  let canScrub = true;
  const read = <T>(name: keyof AgentOptions): T => {
    const option = readOption(name, given, env);
    if (option.problem !== null) {
      const isProtective = OPTION_SPECS.get(name)?.isProtective === true;
      if (isProtective) canScrub = false;
      const instead = isProtective
        ? 'the agent is off until it is mended'
        : option.value === null
          ? 'it is left out'
          : `${describe(option.value)} is used`;
      report('STILLFRAME_BAD_OPTION', `${option.problem}; ${instead}.`);
    }
    return option.value as T;
  };

  const isProduction = surroundings.env['NODE_ENV'] === 'production';
  const endpoint = readEndpoint(read<string>('endpoint'), {
    allowInsecure: read<boolean>('insecure') && !isProduction,
    report,
  });
  const proxy = readProxy(endpoint.url, env, report);
  const apiKey = toKeyFunction(read<string | (() => string | Promise<string>) | null>('apiKey'));
  const wantsToRun = read<boolean>('enabled');
  if (apiKey === null && wantsToRun) {
    report(
      'STILLFRAME_NO_API_KEY',
      'No SDK key: the agent is off. Create a key on the dashboard and set STILLFRAME_API_KEY or the option "apiKey".',
    );
  }

  const isOldNode = isTooOld(nodeVersion);
  if (isOldNode && wantsToRun) {
    report(
      'STILLFRAME_OLD_NODE',
      `Node ${nodeVersion} is too old: the agent is off. Run the service on Node ${OLDEST_NODE} or newer.`,
    );
  }

  // Read first: without one of them the agent is off.
  const rules: Pick<
    ResolvedOptions,
    'disabledTypes' | 'redactNames' | 'allowNames' | 'redactPaths' | 'piiPatterns'
  > = {
    disabledTypes: read('disabledTypes'),
    redactNames: read('redactNames'),
    allowNames: read('allowNames'),
    redactPaths: read('redactPaths'),
    piiPatterns: read('piiPatterns'),
  };

  const resolved: ResolvedOptions = {
    apiKey,
    endpoint: endpoint.url,
    proxy: proxy.url,
    serviceName: read<string | null>('serviceName') ?? surroundings.readPackageName() ?? 'node-app',
    isEnabled:
      wantsToRun && !isOldNode && apiKey !== null && endpoint.isAllowed && proxy.isAllowed && canScrub,
    environment: read<string | null>('environment') ?? (env['NODE_ENV'] || null),
    release: read('release'),
    commit: read('commit'),
    host: read<string | null>('host') ?? surroundings.hostName,
    limits: {
      maxDepth: read('maxDepth'),
      maxElements: read('maxElements'),
      maxProperties: read('maxProperties'),
      maxStringLength: read('maxStringLength'),
      maxPayloadBytes: read('maxPayloadBytes'),
      maxCopyMs: read('maxCopyMs'),
      maxFrames: read('maxFrames'),
    },
    rateLimitMs: read('rateLimitMs'),
    maxCapturesPerSecond: read('maxCapturesPerSecond'),
    allowRemoteLimits: read('allowRemoteLimits'),
    lineBreakpoints: read('lineBreakpoints'),
    lineBreakpointPercent: read('lineBreakpointPercent'),
    sourceAccess:
      read<boolean | null>('sourceAccess') ?? (!isProduction && isLoopback(endpoint.url.hostname)),
    piiScrubbing: read('piiScrubbing'),
    ...rules,
    requestContext: read('requestContext'),
    captureTimeoutMs: read('captureTimeoutMs'),
    exitFlushMs: read('exitFlushMs'),
    handleSignals: read('handleSignals'),
    pollIntervalMs: read('pollIntervalMs'),
    streamSilenceMs: read('streamSilenceMs'),
    statusIntervalMs: read('statusIntervalMs'),
    contactExpiryMs: read('contactExpiryMs'),
    circuitBreaker: read('circuitBreaker'),
    reconnectMinMs: read('reconnectMinMs'),
    reconnectMaxMs: read('reconnectMaxMs'),
    reconnectResetMs: read('reconnectResetMs'),
    streamOpenMs: read('streamOpenMs'),
    streamFirstEventMs: read('streamFirstEventMs'),
    firstPollMs: read('firstPollMs'),
    accessRetryMs: read('accessRetryMs'),
    breakerFailures: read('breakerFailures'),
    breakerWindowMs: read('breakerWindowMs'),
    breakerCooldownMs: read('breakerCooldownMs'),
    retryBaseMs: read('retryBaseMs'),
    retryMaxMs: read('retryMaxMs'),
    ca: read('ca'),
    numRetries: read('numRetries'),
    batchSize: read('batchSize'),
    batchDelayMs: read('batchDelayMs'),
    maxRequestSize: read('maxRequestSize'),
    queueSize: read('queueSize'),
    syncFlush: read('syncFlush'),
    failedPayloadsDir: read('failedPayloadsDir'),
    allPayloadsDir: read('allPayloadsDir'),
    maxPayloadsDirBytes: read('maxPayloadsDirBytes'),
    logger: read('logger'),
    debug: read('debug'),
    strict: read('strict'),
  };
  if (resolved.strict && problems.length > 0) throw new ConfigurationError(problems);
  return { resolved, problems };
}

/** The options are the host's object: a getter or Proxy of it may throw. */
function readGiven(
  options: unknown,
  report: (code: ProblemCode, message: string) => void,
): Readonly<Record<string, unknown>> {
  try {
    return typeof options === 'object' && options !== null ? { ...options } : {};
  } catch {
    report('STILLFRAME_BAD_OPTION', 'The options could not be read; the defaults are used.');
    return {};
  }
}

/** An option as it is to be used, and what was wrong with what was said. */
interface ReadOption {
  readonly value: unknown;
  readonly problem: string | null;
}

function readOption(
  name: keyof AgentOptions,
  given: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): ReadOption {
  const spec = OPTION_SPECS.get(name);
  if (spec === undefined) return { value: undefined, problem: null };
  const explicit = given[name];
  if (explicit !== undefined && explicit !== null) {
    const accepted = readExplicit(spec, explicit);
    return accepted === undefined
      ? { value: spec.onBadValue, problem: describeBadValue(`Option "${name}"`, spec, explicit) }
      : { value: accepted.value, problem: null };
  }
  for (const variable of spec.variables) {
    const text = env[variable]?.trim();
    if (text === undefined || text === '') continue;
    const value = parseVariable(text, spec);
    return value !== undefined && spec.accepts(value)
      ? { value: spec.normalise(value), problem: null }
      : {
          value: spec.onBadValue,
          problem: describeBadValue(`Environment variable ${variable}`, spec, text),
        };
  }
  return { value: spec.fallback, problem: null };
}

/** The value is the host's own: a getter or Proxy within it may throw, and then it is not one that we can use. */
function readExplicit(spec: OptionSpec, explicit: unknown): { readonly value: unknown } | undefined {
  try {
    return spec.accepts(explicit) ? { value: spec.normalise(explicit) } : undefined;
  } catch {
    return undefined;
  }
}

function parseVariable(text: string, spec: OptionSpec): unknown {
  switch (spec.type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case 'flag':
      return readFlag(text);
    case 'texts':
      return readTextList(text);
    default:
      return text;
  }
}

function describeBadValue(where: string, spec: OptionSpec, received: unknown): string {
  const shown = spec.isSecret ? 'the value given' : describe(received);
  return `${where} must be ${spec.expected}, not ${shown}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'object') return `a value of type ${typeof value}`;
  return types.isProxy(value) || !Array.isArray(value) ? 'an object' : describeList(value);
}

/** A list of texts is shown as it is: one of many names may be the wrong one. */
function describeList(list: readonly unknown[]): string {
  if (list.length === 0) return 'an empty list';
  const items = list
    .slice(0, 20)
    .map((_, index): unknown => Object.getOwnPropertyDescriptor(list, index)?.value)
    .filter((item) => typeof item === 'string');
  return items.length < Math.min(list.length, 20) ? 'a list' : `[${items.map(describe).join(', ')}]`;
}

function toKeyFunction(key: string | (() => string | Promise<string>) | null): ResolvedOptions['apiKey'] {
  if (key === null) return null;
  if (typeof key === 'string') return () => key;
  return async () => (await key()).trim();
}
