import type { Webhook, WebhookDelivery, WebhookEvent } from '../../../../src/protocol/api-webhooks.ts';
import type { StateWords } from '../agents/agent-words.ts';
import { countOf } from '../../../wording/quantity.ts';

/** What a webhook can be told of, in the order in which it is offered. */
export const EVENTS: readonly (readonly [event: WebhookEvent, words: string])[] = [
  ['breakpoint_hit', 'A breakpoint is hit'],
  ['security_flag', 'The scrubber finds a secret'],
  ['breaker_open', 'An agent stops delivering'],
  ['kill_switch', 'Capture is stopped or released'],
];

/** How a webhook is. */
export function webhookWords(webhook: Webhook): StateWords {
  if (!webhook.enabled) {
    return webhook.disabledReason === 'failures'
      ? { words: 'Switched off after too many failures', tone: 'stop' }
      : { words: 'Off', tone: 'neutral' };
  }
  return webhook.consecutiveFailures === 0
    ? { words: 'On', tone: 'ok' }
    : { words: `On, ${countOf(webhook.consecutiveFailures, 'failure')} in a row`, tone: 'warn' };
}

/** How one delivery went. */
export function deliveryWords({ state, attempts, status, error }: WebhookDelivery): StateWords {
  const tries = attempts > 1 ? `, ${countOf(attempts, 'try', 'tries')}` : '';
  const answer = [...(status === null ? [] : [String(status)]), ...(error === null ? [] : [error])].join(
    ', ',
  );
  switch (state) {
    case 'delivered':
      return { words: `Delivered (${answer}${tries})`, tone: 'ok' };
    case 'failed':
      return { words: `Failed (${answer}${tries})`, tone: 'stop' };
    default:
      return answer === ''
        ? { words: 'Waiting', tone: 'neutral' }
        : { words: `Tried again soon (${answer}${tries})`, tone: 'warn' };
  }
}
