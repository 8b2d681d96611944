import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { DeliveryError } from './delivery-error.ts';
import type { TargetGuard } from './target.ts';

/** One request of a delivery. */
export interface DeliveryRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** From the look-up of the name to the headers of the answer. */
const TIMEOUT_MS = 5_000;

/**
 * Posts the body and gives the status of the answer, which is all that is ever read of it. Follows no redirect, and uses
 * no connection twice: the address that was judged is the address of this request.
 * @throws DeliveryError for anything but a 2xx
 */
export async function sendDelivery(
  { url, body, headers }: DeliveryRequest,
  guard: TargetGuard,
  signal: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<number> {
  const target = new URL(url);
  if (!guard.allowsLiteral(target.hostname)) throw new DeliveryError('address_not_allowed');
  const isHttps = target.protocol === 'https:';
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (isHttps ? requestHttps : requestHttp)(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: new (isHttps ? HttpsAgent : HttpAgent)({ keepAlive: false }),
      lookup: guard.lookupFor(target.hostname),
      signal: AbortSignal.any([signal, timeout]),
    });
    request.once('response', resolve);
    request.once('error', (error) =>
      reject(timeout.aborted ? new DeliveryError('timeout') : toDeliveryError(error)),
    );
    // An answer that wants another protocol ends the request without an answer and without an error.
    request.once('close', () => reject(new DeliveryError('connection_failed')));
    request.end(body);
  });
  // Whatever the receiver has to say: nobody is shown it, so nothing within a network can be read through a webhook.
  response.on('error', () => undefined).destroy();
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return status;
  throw new DeliveryError(status >= 300 && status < 400 ? 'redirected' : `status_${status}`, status);
}

function toDeliveryError(error: Error): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const isTls = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(code);
  return new DeliveryError(isTls ? 'tls_failed' : 'connection_failed', null, { cause: error });
}
