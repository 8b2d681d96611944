/** Brings one agent into each state that a call can meet without capturing, and sees that it stays there. */
import { join } from 'node:path';
import { createControlServer } from '../control-server/index.ts';
import { startFakeControlServer } from '../test/helpers/fake-control-server.ts';
import { until } from '../test/helpers/until.ts';
import { SITES } from './call-sites.ts';
import type { HotModule } from './call-sites.ts';
import { AGENT_STATES, agentUrlOf } from './call-variants.ts';
import type { AgentState, CallVariantName } from './call-variants.ts';
import { verify } from './harness.ts';

type Agent = typeof import('../src/index.ts');

/** Agents in their states. */
export interface AgentStates {
  /** Throws when a call was captured since they are in their states, or was not counted where it has to be. */
  verifyNothingWasCaptured(): void;
  end(): Promise<void>;
}

const DEADLINE_MS = 60_000;

/** Every module is run while its agent captures, so that V8 knows that the arguments may be needed, and builds them. */
export async function enterStates(
  folder: string,
  modules: readonly Readonly<Record<CallVariantName, HotModule>>[],
): Promise<AgentStates> {
  const server = await createControlServer({ dataFolder: join(folder, 'data'), port: 0, logLevel: 'silent' });
  const failing = await startFakeControlServer();
  const { secret } = await server.createKey({
    name: 'bench',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
  });
  const connected = { apiKey: secret, endpoint: server.url };

  async function start(state: AgentState, options: Parameters<Agent['init']>[0]): Promise<Agent> {
    const agent = (await import(agentUrlOf(state))) as Agent;
    agent.init({ env: false, serviceName: serviceOf(state), logger: { warn() {} }, ...options });
    if (agent.isEnabled()) {
      await until('the stream', () => agent.status().control.version !== null, DEADLINE_MS);
    }
    return agent;
  }
  async function ask(path: string, method: string, body?: unknown): Promise<unknown> {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    verify(response.ok, `${method} ${path} is answered with ${response.status}`);
    return response.json();
  }
  function run(name: CallVariantName, times: number): void {
    for (const module of modules) module[name].run(times);
  }

  const agents: Readonly<Record<AgentState, Agent>> = {
    off: await start('off', { enabled: false }),
    killed: await start('killed', connected),
    'breaker open': await start('breaker open', { apiKey: failing.apiKey, endpoint: failing.url }),
    'known, not armed': await start('known, not armed', connected),
    resting: await start('resting', { ...connected, rateLimitMs: 3_600_000, maxCapturesPerSecond: 100 }),
  };
  const of = (state: AgentState): ReturnType<Agent['status']> => agents[state].status();

  run('killed', SITES * 10_000);
  await until('a capture before the kill', () => of('killed').captured > 0, DEADLINE_MS);
  await ask('/api/kill-switch', 'PUT', { scope: 'service', serviceName: serviceOf('killed'), on: true });
  await until('the kill', () => of('killed').state === 'killed', DEADLINE_MS);

  failing.misbehave('capture', { kind: 'status', status: 503 });
  const opened = until(
    'an open breaker',
    () => {
      run('breaker open', SITES);
      return of('breaker open').state === 'breaker_open';
    },
    DEADLINE_MS,
  );

  run('known, not armed', SITES);
  await until('all labels', () => of('known, not armed').breakpoints === SITES, DEADLINE_MS);
  const service = encodeURIComponent(serviceOf('known, not armed'));
  const listed = (await ask(`/api/breakpoints?service=${service}`, 'GET')) as { readonly id: string }[];
  for (const { id } of listed) await ask(`/api/breakpoints/${id}`, 'PATCH', { enabled: false });

  run('resting', SITES);
  run('resting, handle with a guard', SITES);
  await until('a capture of every label', () => of('resting').stored === 2 * SITES, DEADLINE_MS);
  await opened;
  await until(
    'the last change',
    () => {
      const before = of('known, not armed').dropped.disabled;
      run('known, not armed', SITES);
      return of('known, not armed').dropped.disabled === before + SITES * modules.length;
    },
    DEADLINE_MS,
  );
  const before = new Map(AGENT_STATES.map((state) => [state, of(state)]));

  return {
    verifyNothingWasCaptured() {
      verify(of('off').state === 'off' && of('off').captured === 0, 'the agent that is off captures');
      for (const state of AGENT_STATES) {
        verify(of(state).captured === before.get(state)?.captured, `"${state}" captures`);
        verify(of(state).state === before.get(state)?.state, `"${state}" is another state now`);
      }
      const disabled = of('known, not armed').dropped.disabled;
      verify(disabled > 1_000_000, 'calls of disabled labels are not counted');
      verify(of('resting').dropped.rate > 1_000_000, 'calls of resting labels are not counted');
      verify(
        of('killed').dropped.rate === before.get('killed')?.dropped.rate,
        'calls of the killed are counted',
      );
    },
    async end() {
      for (const agent of Object.values(agents)) await agent.shutdown(0);
      await failing.close();
      await server.close();
    },
  };
}

function serviceOf(state: AgentState): string {
  return `bench-${state.replaceAll(/\W+/g, '-')}`;
}
