import type { ServiceRef } from './service-store.ts';

/** The last hour is shown in steps of five minutes. */
export const STEP_MINUTES = 5;
const HOUR_STEPS = 12;
const MINUTE_MS = 60_000;

/** How many snapshots a service stored in one step of the last hour. */
export interface StepCount {
  readonly environment: string;
  readonly service_name: string;
  /** From 0 on, the oldest first. */
  readonly step: number;
  readonly snapshots: number;
}

/** Minutes after this one make up the last hour, the running minute among them. */
export function oldestMinute(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) - HOUR_STEPS * STEP_MINUTES;
}

/** Looks up what a service stored in each step of the last hour. What a faster clock noted counts as just now. */
export function stepsByService(counts: readonly StepCount[]): (ref: ServiceRef) => readonly number[] {
  const byService = new Map<string, number[]>();
  for (const { environment, service_name: serviceName, step, snapshots } of counts) {
    const key = JSON.stringify([environment, serviceName]);
    const steps = byService.get(key) ?? quietHour();
    const index = Math.min(step, HOUR_STEPS - 1);
    steps[index] = (steps[index] ?? 0) + snapshots;
    byService.set(key, steps);
  }
  return ({ environment, serviceName }) =>
    byService.get(JSON.stringify([environment, serviceName])) ?? quietHour();
}

function quietHour(): number[] {
  return Array.from({ length: HOUR_STEPS }, () => 0);
}
