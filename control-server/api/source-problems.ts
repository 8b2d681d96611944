import type { SourceRefusal } from '../../src/protocol/source.ts';
import { ProblemError } from '../http/problem.ts';

/** What a refusal of an instance means, and what to do. */
export const REFUSAL_DETAILS: Readonly<Record<SourceRefusal, string>> = {
  source_access_off:
    'This process shows no source. Start it with the option "sourceAccess" or STILLFRAME_SOURCE_ACCESS=1 to allow it.',
  killed: 'This process is stopped by a kill switch and does nothing. Release the kill switch first.',
  unknown_file: 'The process has not loaded this file. Read the list of its files again.',
  source_unavailable:
    'The process has no text of this file: its source map carries none, and there is no such file within the application.',
  file_too_large: 'The file is larger than what is shown, which is a million characters.',
  too_many_requests:
    'As many questions for source are under way as the process, or this server, takes. Try again in a moment.',
  inspector_unavailable:
    'Node does not let this process look at its own scripts. With --permission, start it with --allow-inspector.',
};

const STATUS: Readonly<Record<SourceRefusal, number>> = {
  source_access_off: 409,
  killed: 409,
  unknown_file: 404,
  source_unavailable: 409,
  file_too_large: 409,
  too_many_requests: 429,
  inspector_unavailable: 409,
};

/** The refusal of an instance as the answer to who asked. */
export function refusedBy(code: SourceRefusal): ProblemError {
  return new ProblemError(STATUS[code], code, REFUSAL_DETAILS[code], {
    headers: code === 'too_many_requests' ? { 'retry-after': '2' } : {},
  });
}

/** No instance can be asked at all. */
export function noAgentOnline(): ProblemError {
  return new ProblemError(
    409,
    'no_agent_online',
    'No running instance of this service can be asked: start it with the agent, and wait until it is connected.',
  );
}

/** They were asked, and nothing came. */
export function noAnswer(): ProblemError {
  return new ProblemError(
    504,
    'no_answer',
    'No instance answered in time. It may be busy, or its agent may be older than this server: try again, or update it.',
  );
}
