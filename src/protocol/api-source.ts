/** The parts of the dashboard API that show the code of running services. Types only. */
import type { SourceKind, SourceRefusal } from './source.ts';

/** Answer to `GET /api/services/:service/files?environment=&instance=`. */
export interface ServiceFiles {
  readonly serviceName: string;
  /** Sorted by path; the files of all instances that answered, each path once. */
  readonly files: readonly SourceFile[];
  /** Files that the instances did not list, since there were too many: at least so many, the most that one of them left out. */
  readonly omittedFiles: number;
  /** Source maps that were not looked at, the most of one instance: originals that they name are not in the list. */
  readonly unreadMaps: number;
  /** Every running instance of the service, those that answered first. */
  readonly instances: readonly SourceInstance[];
  /** Some file is not the same everywhere: it has several {@link SourceFile.versions} with a hash. */
  readonly hasDifferentCode: boolean;
  /** When the instances answered; an answer serves for ten seconds. */
  readonly answeredAt: string;
}

/** A file of the application that at least one instance has loaded. */
export interface SourceFile {
  /** What `file=` of the source takes. Stays the same for the same path, after a restart too. */
  readonly id: string;
  /** What a line breakpoint takes as `filePath`. */
  readonly path: string;
  /** `loaded`: runs as it is; `original`: what a file was compiled from; `compiled`: what runs in the stead of originals. */
  readonly kind: SourceKind;
  /** Of an original: the file that runs in its stead. */
  readonly compiledPath: string | null;
  /** Which code runs where: one entry when all instances that loaded the file run the same. One without a hash is unknown. */
  readonly versions: readonly SourceVersion[];
}

/** Instances that run the same text of a file; without a hash those of which that is not known. */
export interface SourceVersion {
  /** SHA-256 of the text that runs, in hex; null where V8 names none. */
  readonly hash: string | null;
  readonly instanceIds: readonly string[];
}

/** What became of the question to one instance. */
export interface SourceInstance {
  readonly instanceId: string;
  readonly environment: string;
  readonly host: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  /**
   * `no_answer`: nothing came in time. `not_asked`: it is an SDK or an agent that shows no source, has no stream, or is one of
   * too many.
   */
  readonly state: 'answered' | 'refused' | 'no_answer' | 'not_asked';
  /** Of a refusal: why. */
  readonly reason: SourceRefusal | null;
  /** What it means and what to do, for a person; null when it answered. */
  readonly detail: string | null;
}

/** Answer to `GET /api/services/:service/source?file=&environment=&instance=`. */
export interface FileSource {
  readonly serviceName: string;
  readonly environment: string;
  /** Whose text it is. */
  readonly instanceId: string;
  readonly id: string;
  readonly path: string;
  readonly kind: SourceKind;
  readonly compiledPath: string | null;
  readonly hash: string | null;
  /** Scrubbed: as many lines as the file has, each where it is in the file. */
  readonly source: string;
  readonly lineCount: number;
  /** Scrub types that acted, each once. */
  readonly redacted: readonly string[];
  /** Lines that were too long to be shown whole, cut at 20,000 characters. */
  readonly cutLines: number;
  /** The text is that of a file that changed after the process had started: its lines may be others than those that run. */
  readonly isStale: boolean;
}
