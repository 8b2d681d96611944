/** How much of a program's state one snapshot may hold. */
export interface CaptureLimits {
  /** Levels of nesting below `variables`; a container reached at this depth becomes `[...]`. */
  readonly maxDepth: number;
  /** Elements kept of an array, Map, Set or typed array. */
  readonly maxElements: number;
  /** Own properties kept of an object. */
  readonly maxProperties: number;
  /** Characters (UTF-16 units) kept of a string. */
  readonly maxStringLength: number;
  /** UTF-8 bytes of the whole serialised snapshot. */
  readonly maxPayloadBytes: number;
  /** Milliseconds that the copy of one capture may take. */
  readonly maxCopyMs: number;
  /** Stack frames kept. */
  readonly maxFrames: number;
}

/** What applies when nothing is configured. */
export const DEFAULT_LIMITS: CaptureLimits = {
  maxDepth: 3,
  maxElements: 100,
  maxProperties: 64,
  maxStringLength: 1_024,
  maxPayloadBytes: 16_384,
  maxCopyMs: 5,
  maxFrames: 20,
};

/** What no option and no control server can exceed. */
export const HARD_LIMITS: CaptureLimits = {
  maxDepth: 10,
  maxElements: 1_000,
  maxProperties: 1_000,
  maxStringLength: 16_384,
  maxPayloadBytes: 262_144,
  maxCopyMs: 20,
  maxFrames: 50,
};

/**
 * Least `maxPayloadBytes`: label, place, time and ids need so much. Less, as an earlier server may still send, counts as
 * this.
 */
export const MIN_PAYLOAD_BYTES = 1_024;

/** Longest name of a service, in characters: what is longer is refused wherever it is given. */
export const MAX_SERVICE_NAME_LENGTH = 200;

/** Longest name of an environment, in characters. */
export const MAX_ENVIRONMENT_LENGTH = 64;

/** Longest label that registers, in characters. A longer one is cut before it is used as a key. */
export const MAX_LABEL_LENGTH = 256;

/** Labels that one process registers; further ones are counted `unregistered`. */
export const MAX_LABELS_PER_PROCESS = 1_000;

/** Breakpoints that one service may have on a control server. */
export const MAX_BREAKPOINTS_PER_SERVICE = 2_000;

/** Largest event an agent accepts from the stream, in characters. */
export const MAX_STREAM_EVENT_CHARS: number = 4 * 1024 * 1024;
