/** The usual ways to keep a value for later, each brought to do what it is asked, and seen to do it. */
import { inspect } from 'node:util';
import { verify } from './harness.ts';
import { loadPeer } from './peers.ts';
import type { OpenTelemetry, Pino, Sentry } from './peers.ts';

/** One way to keep a value. */
export interface CapturePeer {
  readonly name: string;
  /** Keeps the value and returns something that depends on it. */
  readonly keep: (value: unknown) => number;
  /** Resolves when what was left to later turns is done. */
  readonly settle?: () => Promise<void>;
  /** What was kept of the last value, as text; null when the peer keeps nothing. */
  readonly kept: (() => string) | null;
}

/** All peers, ready. */
export function startCapturePeers(): readonly CapturePeer[] {
  return [stringify(), clone(), inspected(), pinoWithRedaction(), sentry(), openTelemetry()];
}

/** Sees that a peer keeps what is in the payload, and redacts what it was told to. */
export async function verifyPeer(peer: CapturePeer, payload: unknown, mark: string): Promise<void> {
  peer.keep(payload);
  await peer.settle?.();
  if (peer.kept === null) return;
  verify(peer.kept().includes(mark), `${peer.name} does not keep ${mark}`);
  verify(
    !peer.name.startsWith('pino') || !peer.kept().includes('ada@example.com'),
    `${peer.name} does not redact`,
  );
}

function stringify(): CapturePeer {
  let text = '';
  return {
    name: 'JSON.stringify',
    keep: (value) => (text = JSON.stringify(value)).length,
    kept: () => text,
  };
}

function clone(): CapturePeer {
  let copy: unknown;
  return {
    name: 'structuredClone',
    keep(value) {
      copy = structuredClone(value);
      return copy === value ? 0 : 1;
    },
    kept: () => JSON.stringify(copy),
  };
}

function inspected(): CapturePeer {
  let text = '';
  return {
    name: 'util.inspect, depth 3',
    keep: (value) => (text = inspect(value, { depth: 3 })).length,
    kept: () => text,
  };
}

function pinoWithRedaction(): CapturePeer {
  let line = '';
  const paths = [
    'vars.password',
    'vars.*.password',
    'vars.request.headers.authorization',
    'vars.request.headers.cookie',
    'vars.order.customer.email',
    'vars.order.customer.phone',
    'vars.order.payment.card',
  ];
  const logger = loadPeer<Pino>('pino')({ redact: paths }, { write: (written) => void (line = written) });
  return {
    name: 'pino.info with redaction',
    keep(value) {
      logger.info({ vars: value });
      return line.length;
    },
    kept: () => line,
  };
}

function sentry(): CapturePeer {
  const { initWithoutDefaultIntegrations, createTransport, captureMessage } =
    loadPeer<Sentry>('@sentry/node');
  let asked = 0;
  let sent = 0;
  let body = '';
  initWithoutDefaultIntegrations({
    dsn: 'https://key@sentry.invalid/1',
    transport: () =>
      createTransport({ recordDroppedEvent() {}, bufferSize: 100_000 }, async (request) => {
        sent += 1;
        body = String(request.body);
        return { statusCode: 200 };
      }),
  });
  return {
    name: 'Sentry captureMessage, no-op transport',
    keep(value) {
      asked += 1;
      return captureMessage('checkout', { extra: { vars: value } }).length;
    },
    async settle() {
      // Sentry's own flush waits by the millisecond.
      const isSent = (): boolean => sent === asked;
      for (let turns = 0; !isSent() && turns < 10_000; turns++) await nextTurn();
      verify(isSent(), `Sentry sent ${sent} of ${asked}`);
    },
    kept: () => body,
  };
}

function openTelemetry(): CapturePeer {
  const tracer = loadPeer<OpenTelemetry>('@opentelemetry/api').trace.getTracer('bench');
  return {
    name: 'OpenTelemetry span without SDK',
    keep(value) {
      const span = tracer.startSpan('checkout', { attributes: { vars: value } });
      span.end();
      return span.isRecording() ? 0 : 1;
    },
    kept: null,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
