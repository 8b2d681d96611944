import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { LabelTotals } from '../../src/protocol/api.ts';
import type { Live, ServiceLabelTotals } from '../live/live.ts';

/** Labels shown by name, of all services together: what agents make up must not fill a monitoring system. */
const MAX_LABELS = 100;
/** What the others are added up under. */
const OTHER = 'other';

type AgentSource = Pick<Live, 'listAgents' | 'countAllLabels'>;

/** What agents say of themselves, read at each scrape. */
export function registerAgentMetrics(registry: Registry, live: AgentSource): void {
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_agents',
      help: 'Agents heard of within the last minute, by whether their stream is open',
      labelNames: ['streaming'],
      registers: [],
      collect() {
        const all = live.listAgents();
        const streaming = all.filter((agent) => agent.streaming).length;
        this.labels('true').set(streaming);
        this.labels('false').set(all.length - streaming);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_agent_breakers_open',
      help: 'Agents whose circuit breaker is open or half open now',
      registers: [],
      collect() {
        this.set(live.listAgents().filter(({ status }) => (status?.breaker ?? 'closed') !== 'closed').length);
      },
    }),
  );
  const labelNames = ['service', 'environment', 'label'] as const;
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_agent_captures',
      help: 'Snapshots that the agents online took since each of them started, by label',
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const { serviceName, environment, totals } of shownTotals(live)) {
          this.labels(serviceName, environment, totals.label).inc(totals.captured);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_agent_drops',
      help: 'Calls that did not become a stored snapshot in the agents online, by label and reason',
      labelNames: [...labelNames, 'reason'],
      registers: [],
      collect() {
        this.reset();
        for (const { serviceName, environment, totals } of shownTotals(live)) {
          for (const [reason, count] of Object.entries(totals.dropped)) {
            this.labels(serviceName, environment, totals.label, reason).inc(count);
          }
        }
      },
    }),
  );
}

/** The labels with the most captures and drops by name; the others as one. */
function shownTotals(live: AgentSource): ServiceLabelTotals[] {
  const byWeight = live
    .countAllLabels()
    .map((named) => ({ named, weight: weightOf(named.totals) }))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ named }) => named);
  const others = byWeight
    .slice(MAX_LABELS)
    .map(({ totals }) => ({ serviceName: OTHER, environment: OTHER, totals: { ...totals, label: OTHER } }));
  return [...byWeight.slice(0, MAX_LABELS), ...others];
}

function weightOf({ captured, dropped }: LabelTotals): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, captured);
}
