/** The calls that are compared, each in a state of its own. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SITES } from './call-sites.ts';
import type { Variant } from './call-sites.ts';
import { PEERS_HOME } from './peers.ts';

/** The states that an agent is brought into; each has its own. */
export const AGENT_STATES = ['off', 'killed', 'breaker open', 'known, not armed', 'resting'] as const;

/** One of {@link AGENT_STATES}. */
export type AgentState = (typeof AGENT_STATES)[number];

const OTHERS = [
  'no call',
  'empty function, inlined',
  'empty function, called',
  'the literal alone',
  'resting, handle with a guard',
  'diagnostics_channel without subscriber',
  'pino.debug below its level',
  'debug, disabled',
  'OpenTelemetry span without SDK',
] as const;

/** The name of a variant. */
export type CallVariantName = AgentState | (typeof OTHERS)[number];

/** The labels of the handles, which are not those of the calls: both are met while they are armed. */
export const GUARD_PREFIX = 'guarded-';

const AGENT_URL = pathToFileURL(join(import.meta.dirname, '..', 'src', 'index.ts')).href;

/** Where the agent of a state is loaded from: a query makes another instance of the module. */
export function agentUrlOf(state: AgentState): string {
  return `${AGENT_URL}?${encodeURIComponent(state)}`;
}

/** Never taken, and far beyond what V8 inlines: what is left is a call that does nothing. */
const TOO_LARGE_TO_INLINE = `function captureSnapshot(label, vars) {
  if (label === 'never') { ${Array.from({ length: 60 }, (_, index) => `globalThis.x${index} = vars.a + ${index} + label.length;`).join(' ')} }
}`;

const GUARDS = Array.from(
  { length: SITES },
  (_, site) => `const point${site} = capturePoint('${GUARD_PREFIX}${site}');`,
).join('\n');

const call: Variant['statement'] = (label, literal) => `captureSnapshot('${label}', ${literal});`;
const require = `import { createRequire } from 'node:module';
  const require = createRequire(${JSON.stringify(PEERS_HOME)});`;

/** Every variant, in the order of the report. */
export const CALL_VARIANTS: ReadonlyMap<CallVariantName, Variant> = new Map<CallVariantName, Variant>([
  ['no call', { statement: () => '' }],
  ['empty function, inlined', { imports: 'function captureSnapshot(label, vars) {}', statement: call }],
  ['empty function, called', { imports: TOO_LARGE_TO_INLINE, statement: call }],
  [
    'the literal alone',
    { imports: 'export let kept;', statement: (_label, literal) => `kept = ${literal};` },
  ],
  ...AGENT_STATES.map((state): [AgentState, Variant] => [
    state,
    { imports: `import { captureSnapshot } from '${agentUrlOf(state)}';`, statement: call },
  ]),
  [
    'resting, handle with a guard',
    {
      imports: `import { capturePoint } from '${agentUrlOf('resting')}';\n${GUARDS}`,
      statement: (_label, literal, site) => `if (point${site}.armed) point${site}.capture(${literal});`,
    },
  ],
  [
    'diagnostics_channel without subscriber',
    {
      imports: `import { channel } from 'node:diagnostics_channel';
        const points = channel('stillframe-bench');`,
      statement: (_label, literal) => `points.publish(${literal});`,
    },
  ],
  [
    'pino.debug below its level',
    {
      imports: `${require} const logger = require('pino')({ level: 'info' });`,
      statement: (label, literal) => `logger.debug(${literal}, '${label}');`,
    },
  ],
  [
    'debug, disabled',
    {
      imports: `${require} const debug = require('debug')('stillframe-bench');
        if (debug.enabled) throw new Error('debug is enabled: unset DEBUG');`,
      statement: (label, literal) => `debug('${label}', ${literal});`,
    },
  ],
  [
    'OpenTelemetry span without SDK',
    {
      imports: `${require} const tracer = require('@opentelemetry/api').trace.getTracer('stillframe-bench');`,
      statement: (label, literal) => `tracer.startSpan('${label}', { attributes: ${literal} }).end();`,
    },
  ],
]);
