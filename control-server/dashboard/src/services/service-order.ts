import type { ServiceSummary } from '../../../../src/protocol/api.ts';

/** The environments that occur, each once, in alphabetical order. */
export function environmentsOf(services: readonly ServiceSummary[]): string[] {
  return [...new Set(services.map((service) => service.environment))].toSorted((a, b) => a.localeCompare(b));
}

/** What the list is narrowed to; the empty string means all. */
export interface ServiceFilter {
  readonly text: string;
  readonly environment: string;
}

/**
 * The services that match, by name and then environment. The order does not depend on what goes on: a row must not
 * move away under the pointer.
 */
export function narrowServices(services: readonly ServiceSummary[], filter: ServiceFilter): ServiceSummary[] {
  const text = filter.text.trim().toLowerCase();
  return services
    .filter(
      (service) =>
        (filter.environment === '' || service.environment === filter.environment) &&
        (text === '' ||
          `${service.name} ${service.environment} ${service.release ?? ''}`.toLowerCase().includes(text)),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.environment.localeCompare(b.environment));
}

/** What a service is doing, in one word and its colour. */
export interface ServiceCondition {
  readonly words: string;
  readonly tone: 'ok' | 'stop' | 'neutral';
}

/** Stopped wins over everything: it is what one looks for when no snapshots come. */
export function conditionOf(service: ServiceSummary): ServiceCondition {
  if (service.killed.global && service.killed.service)
    return { words: 'Stopped (both switches)', tone: 'stop' };
  if (service.killed.service) return { words: 'Stopped', tone: 'stop' };
  if (service.killed.global) return { words: 'Stopped everywhere', tone: 'stop' };
  return service.agentsOnline > 0
    ? { words: 'Capturing', tone: 'ok' }
    : { words: 'No agent online', tone: 'neutral' };
}
