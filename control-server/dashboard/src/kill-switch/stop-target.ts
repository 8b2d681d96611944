import type { KillSwitch, KillSwitchChange } from '../../../../src/protocol/api.ts';

/** What a kill switch stops. */
export type StopTarget = Pick<KillSwitch, 'scope' | 'serviceName' | 'environment' | 'instanceId'>;

/** Everything, everywhere. */
export const EVERYTHING: StopTarget = {
  scope: 'global',
  serviceName: null,
  environment: null,
  instanceId: null,
};

/** The request that turns a switch on (with a reason, if there is one) or off. */
export function switchChange(
  target: StopTarget,
  on: boolean,
  reason: string | null = null,
): KillSwitchChange {
  return {
    scope: target.scope,
    on,
    ...(target.serviceName !== null && { serviceName: target.serviceName }),
    ...(target.environment !== null && { environment: target.environment }),
    ...(target.instanceId !== null && { instanceId: target.instanceId }),
    ...(reason !== null && reason !== '' && { reason }),
  };
}

/** The known switches with one that changed in its place, or added. */
export function withSwitch(known: readonly KillSwitch[], changed: KillSwitch): readonly KillSwitch[] {
  const isSame = (other: KillSwitch): boolean =>
    other.scope === changed.scope &&
    other.serviceName === changed.serviceName &&
    other.environment === changed.environment &&
    other.instanceId === changed.instanceId;
  return [...known.filter((other) => !isSame(other)), changed];
}

/** What is stopped, in words: `everywhere`, `shop in production`, `shop in every environment`. */
export function targetWords(target: StopTarget): string {
  if (target.scope === 'global') return 'everywhere';
  if (target.scope === 'agent') return `the agent ${target.instanceId ?? ''}`;
  return `${target.serviceName ?? ''} in ${target.environment ?? 'every environment'}`;
}

/** When a stop ends by itself: minutes from now, `never`, or with the empty text as it was. */
export function endOf(length: string, before: string | null, nowMs: number): string | null {
  if (length === '') return before;
  return length === 'never' ? null : new Date(nowMs + Number(length) * 60_000).toISOString();
}
