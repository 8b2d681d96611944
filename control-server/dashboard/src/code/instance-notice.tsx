import type { ReactElement } from 'react';
import type { ServiceFiles } from '../../../../src/protocol/api-source.ts';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { Icon } from '../ui/icons.tsx';
import { instanceName } from './instance-name.ts';

/** What is to be known of the instances before one trusts what they show. */
export function InstanceNotices({
  files,
  instance,
}: {
  readonly files: ServiceFiles;
  /** The one instance that was asked; null when all were. */
  readonly instance: string | null;
}): ReactElement {
  const silent = files.instances.filter(
    ({ state }) =>
      state === 'refused' || state === 'no_answer' || (state === 'not_asked' && instance === null),
  );
  const different = files.files.filter(
    ({ versions }) => versions.filter(({ hash }) => hash !== null).length > 1,
  ).length;
  return (
    <>
      {files.hasDifferentCode && (
        <div className="code-note code-note-warn" role="status" data-testid="different-code">
          <Icon name="alert" />
          <p>
            <strong>The instances run different code.</strong> {countOf(different, 'file is', 'files are')}{' '}
            not the same in all of them. Choose an instance to see what it runs; a breakpoint is set by line,
            in all of them.
          </p>
        </div>
      )}
      {silent.length > 0 && (
        <details className="code-note" data-testid="silent-instances">
          <summary>
            {countOf(silent.length, 'instance')} of {formatCount(files.instances.length)} did not show what{' '}
            {silent.length === 1 ? 'it runs' : 'they run'}
          </summary>
          <ul>
            {silent.map((one) => (
              <li key={one.instanceId} className="break-anywhere">
                <strong>{instanceName(one)}</strong>: {one.detail ?? 'It was not asked.'}
              </li>
            ))}
          </ul>
        </details>
      )}
      {files.omittedFiles > 0 && (
        <p className="code-note" data-testid="omitted-files">
          At least {countOf(files.omittedFiles, 'more file is', 'more files are')} loaded and not listed.
          Breakpoints in them are set by file and line.
        </p>
      )}
      {files.unreadMaps > 0 && (
        <p className="code-note" data-testid="unread-maps">
          {countOf(files.unreadMaps, 'source map was', 'source maps were')} not looked at: too large, or there
          was no time left. Their files are shown as they run. Breakpoints in their originals are set by file
          and line.
        </p>
      )}
    </>
  );
}
