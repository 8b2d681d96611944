import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { ServiceFiles, SourceFile } from '../../../../src/protocol/api-source.ts';
import { goTo } from '../navigation.ts';
import { agentsQuery, breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { NARROW, useMedia } from '../ui/media.ts';
import { EmptyState } from '../ui/notice.tsx';
import { useCodeKeys } from './code-keys.ts';
import { codePath } from './code-place.ts';
import type { CodePlace } from './code-place.ts';
import { buildFileTree } from './file-tree.ts';
import { FileView } from './file-view.tsx';
import { FilesTree } from './files-tree.tsx';
import { GoToFile } from './go-to-file.tsx';
import { InstanceNotices } from './instance-notice.tsx';
import { InstanceSelect } from './instance-select.tsx';
import { MarkLegend } from './mark-legend.tsx';
import { countInFiles, meansFile } from './same-file.ts';

/** The files to the left, the chosen one to the right; on a narrow screen one or the other. */
export function CodeBrowser({
  service,
  files,
  place,
  onRefresh,
}: {
  readonly service: ServiceAddress;
  readonly files: ServiceFiles;
  readonly place: CodePlace;
  readonly onRefresh: () => void;
}): ReactElement {
  const { data: breakpoints = [] } = useQuery(breakpointsQuery(service));
  const { data: agents = [] } = useQuery(agentsQuery(service));
  const isNarrow = useMedia(NARROW);
  const [isChosen, setIsChosen] = useState(false);
  const [isSearching, setIsSearching] = useState(false);
  const [showsCompiled, setShowsCompiled] = useState(false);
  const [showsFiles, setShowsFiles] = useState(place.file === null);
  const hasCompiled = files.files.some(({ kind }) => kind === 'compiled');
  const listed = useMemo(
    () => files.files.filter(({ kind }) => kind !== 'compiled' || showsCompiled),
    [files.files, showsCompiled],
  );
  const paths = useMemo(() => listed.map(({ path }) => path), [listed]);
  const tree = useMemo(() => buildFileTree(paths), [paths]);
  const current = place.file === null ? null : fileAt(files.files, place.file, tree.root);

  const open = (path: string): void => {
    setIsChosen(true);
    setIsSearching(false);
    setShowsFiles(false);
    goTo(codePath(service, { file: path, line: null, instance: place.instance }));
  };
  const counts = useMemo(() => {
    const marked = breakpoints.filter(({ lineNumber }) => lineNumber > 0);
    const markedPaths = marked.map(({ filePath }) => filePath);
    return countInFiles(markedPaths, paths, tree.root);
  }, [breakpoints, paths, tree.root]);
  useCodeKeys({ goToFile: () => setIsSearching(true) });

  return (
    <div className="code-page">
      <div className="toolbar code-toolbar">
        <Button icon="search" onClick={() => setIsSearching(true)} data-testid="go-to-file">
          Go to file <kbd aria-hidden="true">Ctrl P</kbd>
        </Button>
        {isNarrow && place.file !== null && (
          <Button icon="folder" aria-expanded={showsFiles} onClick={() => setShowsFiles(!showsFiles)}>
            Files
          </Button>
        )}
        <InstanceSelect
          instances={files.instances}
          agents={agents}
          chosen={place.instance}
          onChoose={(instance) => goTo(codePath(service, { ...place, instance }))}
        />
        <span className="spacer" />
        <MarkLegend />
        <IconButton
          icon="refresh"
          label="Ask the instances again"
          onClick={onRefresh}
          data-testid="refresh"
        />
      </div>
      <InstanceNotices files={files} instance={place.instance} />
      {files.files.length === 0 ? (
        <EmptyState title="No file of the application is loaded">
          <p>Files of dependencies and of Node are not listed.</p>
        </EmptyState>
      ) : (
        <div className="code" data-testid="code">
          {(!isNarrow || showsFiles) && (
            <div className="panel code-files">
              <div className="code-files-head">
                <code className="break-anywhere">{tree.root === '' ? 'Files' : tree.root}</code>
                {hasCompiled && (
                  <label className="code-compiled">
                    <input
                      type="checkbox"
                      checked={showsCompiled}
                      onChange={(event) => setShowsCompiled(event.currentTarget.checked)}
                    />
                    compiled too
                  </label>
                )}
              </div>
              <FilesTree
                // Files that come and go with a choice are there to be seen: what is open begins anew.
                key={String(showsCompiled)}
                nodes={tree.nodes}
                current={current?.path ?? null}
                breakpointsOf={(path) => counts.get(path) ?? 0}
                onOpen={open}
              />
            </div>
          )}
          {(!isNarrow || !showsFiles) && (
            <div className="panel code-file">
              {place.file === null ? (
                <EmptyState title="Choose a file">
                  <p>
                    Then click in the margin, or press <kbd>F9</kbd>, to capture what a line has before it,
                    the next time that it is reached.
                  </p>
                </EmptyState>
              ) : current === null ? (
                <EmptyState title="No instance has loaded this file">
                  <p className="break-anywhere">
                    <code>{place.file}</code> is not among the files that run. It may be one of another
                    version, or not loaded yet; a breakpoint in it waits until it is.
                  </p>
                </EmptyState>
              ) : (
                <FileView
                  key={`${current.id} ${place.instance ?? ''}`}
                  service={service}
                  file={current}
                  root={tree.root}
                  place={place}
                  breakpoints={breakpoints}
                  agents={agents}
                  isChosen={isChosen}
                />
              )}
            </div>
          )}
        </div>
      )}
      {isSearching && (
        <GoToFile paths={paths} root={tree.root} onOpen={open} onClose={() => setIsSearching(false)} />
      )}
    </div>
  );
}

/** The file of a link: the path itself, or the only one that it can mean. */
function fileAt(files: readonly SourceFile[], path: string, root: string): SourceFile | null {
  const exact = files.find((file) => file.path === path);
  if (exact !== undefined) return exact;
  const meant = files.filter((file) => meansFile(path, file.path, root));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
