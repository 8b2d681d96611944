import type { ReactElement } from 'react';
import type { FileSource, SourceFile } from '../../../../src/protocol/api-source.ts';
import { redactionName } from '../../../wording/redaction.ts';
import { shortId } from '../../../wording/code-place.ts';
import { countOf } from '../../../wording/quantity.ts';
import { Chip } from '../ui/chip.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { CodePlace } from './code-place.ts';

const KIND_WORDS = {
  loaded: null,
  original: 'original',
  compiled: 'compiled',
} as const;

/** Which file this is, whose, and what is to be known before one trusts its lines. */
export function FileFacts({
  file,
  source,
  place,
}: {
  readonly file: SourceFile;
  readonly source: FileSource;
  readonly place: CodePlace;
}): ReactElement {
  const kind = KIND_WORDS[file.kind];
  const others = file.versions
    .filter(({ instanceIds }) => !instanceIds.includes(source.instanceId))
    .filter(({ hash }) => hash !== null && source.hash !== null)
    .reduce((sum, { instanceIds }) => sum + instanceIds.length, 0);
  return (
    <div className="file-facts">
      <h2 className="file-path">
        <bdi>{file.path}</bdi>
      </h2>
      <CopyButton compact label="Copy path" text={() => file.path} />
      {kind !== null && (
        <Chip {...(file.compiledPath !== null && { title: `Runs as ${file.compiledPath}` })}>{kind}</Chip>
      )}
      {source.redacted.length > 0 && (
        <Chip tone="redact" title={source.redacted.map(redactionName).join(', ')}>
          {countOf(source.redacted.length, 'kind of secret', 'kinds of secrets')} removed
        </Chip>
      )}
      <span className="spacer" />
      {place.instance === null && (
        <span className="faint">
          as <code>{shortId(source.instanceId)}</code> runs it
        </span>
      )}
      {others > 0 && (
        <p className="file-warning" data-testid="other-version">
          {countOf(others, 'instance runs', 'instances run')} another version of this file: the same line may
          be other code there.
        </p>
      )}
      {source.isStale && (
        <p className="file-warning" data-testid="stale-file">
          The file changed after the process had started: these lines may not be those that run. Restart the
          instance to be sure.
        </p>
      )}
      {source.cutLines > 0 && (
        <p className="file-warning" data-testid="cut-lines">
          {countOf(source.cutLines, 'line is', 'lines are')} too long to be shown whole.
        </p>
      )}
    </div>
  );
}
