import type { ProxyFault } from './fault-proxy.ts';

const answer = (head: string, body = ''): ProxyFault => ({
  kind: 'answer',
  bytes: `HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
});
const stream = (body: string): ProxyFault => ({
  kind: 'answer',
  bytes: `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${body}`,
});

/** What a network and a server can do to an agent, one at a time, by what it looks like. */
export const NETWORK_FAULTS: Readonly<Record<string, ProxyFault>> = {
  'nobody listens': { kind: 'refused' },
  'answers are reset in their middle': { kind: 'reset_mid_body', afterBytes: 300 },
  'not a byte comes back': { kind: 'stalled' },
  'open connections fall silent without an end': { kind: 'half_open' },
  'one byte comes at a time': { kind: 'slow', everyMs: 250 },
  'a 500': answer('500 Internal Server Error', 'oops'),
  'a 503 that asks for patience': answer('503 Service Unavailable\r\nretry-after: 1'),
  'a 429': answer('429 Too Many Requests\r\nretry-after: 1'),
  'a 401': answer('401 Unauthorized'),
  'a 204': { kind: 'answer', bytes: 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n' },
  'a page of HTML with 200': answer('200 OK\r\ncontent-type: text/html', '<h1>Please sign in</h1>'),
  'a redirect to another origin': answer('302 Found\r\nlocation: http://127.0.0.2:9/sdk'),
  'a chunk that breaks off': {
    kind: 'answer',
    bytes:
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nff\r\ndata: ',
  },
  'a line without an end': {
    kind: 'flood',
    head: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ',
    piece: 'x'.repeat(65_536),
  },
  'an event of 100 MB': stream(`event: init\ndata: ${'x'.repeat(100_000_000)}\n\n`),
  'a stream that says retry: 0 and ends': stream('retry: 0\n\n'),
  'a stream that says retry: 99999999999 and ends': stream('retry: 99999999999\n\n'),
};

/** Settings under which an agent tries everything several times within a fault of a second and a half. */
export const QUICK_TIMES: Readonly<Record<string, string>> = {
  STILLFRAME_RECONNECT_MIN_MS: '50',
  STILLFRAME_RECONNECT_MAX_MS: '400',
  STILLFRAME_RECONNECT_RESET_MS: '2000',
  STILLFRAME_STREAM_OPEN_MS: '700',
  STILLFRAME_STREAM_FIRST_EVENT_MS: '700',
  STILLFRAME_STREAM_SILENCE_MS: '1000',
  STILLFRAME_FIRST_POLL_MS: '100',
  STILLFRAME_POLL_INTERVAL_MS: '1000',
  STILLFRAME_STATUS_INTERVAL_MS: '1000',
  STILLFRAME_CAPTURE_TIMEOUT_MS: '500',
  STILLFRAME_ACCESS_RETRY_MS: '300',
  STILLFRAME_BREAKER_WINDOW_MS: '10000',
  STILLFRAME_BREAKER_COOLDOWN_MS: '400',
  STILLFRAME_RETRY_BASE_MS: '50',
  STILLFRAME_RETRY_MAX_MS: '200',
  STILLFRAME_MAX_CAPTURES_PER_SECOND: '100',
};
