/** Paths of the agent protocol, one place for both sides. */
export const ACTIVE_PATH = '/sdk/snapshots/active/';
export const STREAM_PATH = '/sdk/snapshots/stream/';
export const REGISTER_PATH = '/sdk/snapshots/auto-register';
export const CAPTURE_PATH = '/sdk/snapshots/capture';
export const SOURCE_PATH = '/sdk/source/';

/** Carries the SDK key on every agent call; never in a URL. */
export const API_KEY_HEADER = 'x-api-key';
/** UUID of one agent in one process. An old client sends none and is one agent per stream. */
export const INSTANCE_HEADER = 'x-agent-instance';
/** Start of the `User-Agent` by which our agent is told from foreign SDKs. */
export const AGENT_USER_AGENT_PREFIX = 'stillframe/';

/** Path of the state of one service. */
export function activePath(serviceName: string): string {
  return ACTIVE_PATH + encodeSegment(serviceName);
}

/** Path of the stream of one service. */
export function streamPath(serviceName: string): string {
  return STREAM_PATH + encodeSegment(serviceName);
}

/** Path that the answer to one question for source goes to. */
export function sourceAnswerPath(requestId: string): string {
  return SOURCE_PATH + encodeSegment(requestId);
}

/** Half a surrogate pair cannot be encoded: it becomes U+FFFD, as in every other text that is sent. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
