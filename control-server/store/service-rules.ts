import type { ServiceBringer } from './service-store.ts';
import { StoreError } from './store-error.ts';

/**
 * @param brought services that there are of this key, without the one that is to be made
 * @throws StoreError `too_many_services`
 */
export function requireRoomForService({ maxServices }: ServiceBringer, brought: number): void {
  if (brought < maxServices) return;
  throw new StoreError(
    'too_many_services',
    `This key has brought ${maxServices} services. Use another key, or ask an administrator to raise the limit.`,
  );
}
