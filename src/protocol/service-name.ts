import { MAX_SERVICE_NAME_LENGTH } from './limits.ts';

/** True for text that may name a service. A slash or a dot is part of a name: names are data, never paths. */
export function isServiceName(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters would reach logs and terminals
  const hasControls = /[\u0000-\u001f\u007f]/.test(text);
  return text !== '' && text.length <= MAX_SERVICE_NAME_LENGTH && !hasControls && text.isWellFormed();
}
