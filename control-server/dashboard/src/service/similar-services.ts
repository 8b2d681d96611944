import type { ServiceSummary } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';

/** The services that are known, those first that may have been meant: of the same name, of a similar one, of the same environment. */
export function bySimilarity(services: readonly ServiceSummary[], meant: ServiceAddress): ServiceSummary[] {
  const distance = (service: ServiceSummary): number =>
    2 * nameDistance(fold(service.name), fold(meant.serviceName)) +
    (service.environment === meant.environment ? 0 : 1);
  return services.toSorted(
    (a, b) =>
      distance(a) - distance(b) || a.name.localeCompare(b.name) || a.environment.localeCompare(b.environment),
  );
}

/** 0: the same but for how it is written; 1: one holds the other, or they begin or end alike; 2: another one. */
function nameDistance(known: string, meant: string): 0 | 1 | 2 {
  if (known === meant) return 0;
  const [shorter, longer] = known.length < meant.length ? [known, meant] : [meant, known];
  const half = Math.ceil(shorter.length / 2);
  const isAlike =
    shorter !== '' &&
    (longer.includes(shorter) ||
      longer.startsWith(shorter.slice(0, half)) ||
      longer.endsWith(shorter.slice(-half)));
  return isAlike ? 1 : 2;
}

/** `Shop_API` and `shop-api` are typed for each other. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[\s._-]/g, '');
}
