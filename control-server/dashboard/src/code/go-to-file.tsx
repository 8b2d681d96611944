import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { countOf } from '../../../wording/quantity.ts';
import { Modal } from '../ui/modal.tsx';
import { searchFiles } from './file-search.ts';
import type { FoundFile } from './file-search.ts';

/** A list of all files that narrows as one types; Enter opens the one that is marked. */
export function GoToFile({
  paths,
  root,
  onOpen,
  onClose,
}: {
  readonly paths: readonly string[];
  /** The folder above all of them, which is not searched. */
  readonly root: string;
  readonly onOpen: (path: string) => void;
  readonly onClose: () => void;
}): ReactElement {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const skipped = root === '' ? 0 : root.length + 1;
  const found = useMemo(() => searchFiles(paths, typed, skipped), [paths, typed, skipped]);
  useEffect(() => {
    list.current?.children.item(at)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'p') {
      // The key that opened the list walks on in it, and begins anew behind the last one.
      event.preventDefault();
      setAt(found.length === 0 ? 0 : (at + 1) % found.length);
    } else if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = found[at];
      if (chosen !== undefined) onOpen(chosen.path);
    }
  };
  return (
    <Modal open onClose={onClose} title="Go to file" wide>
      <input
        className="input mono"
        role="combobox"
        aria-label="File"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length === 0 ? undefined : `${id}-${at}`}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        placeholder="order.ts"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        data-testid="go-to-file-input"
      />
      <span className="visually-hidden" role="status">
        {countOf(found.length, 'file')}
      </span>
      {found.length === 0 && <p className="panel-empty">No loaded file has these characters in its path.</p>}
      <ul ref={list} id={id} className="found-files" role="listbox" aria-label="Files">
        {found.map((file, index) => (
          <li
            key={file.path}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className="found-file"
            onClick={() => onOpen(file.path)}
          >
            <FoundPath file={file} skipped={skipped} />
          </li>
        ))}
      </ul>
    </Modal>
  );
}

/** The name first, then its folder, with the characters that were typed set apart. */
function FoundPath({ file, skipped }: { readonly file: FoundFile; readonly skipped: number }): ReactElement {
  const nameStart = Math.max(skipped, file.path.search(/[^\\/]*$/));
  return (
    <>
      <span className="found-name">{marked(file, nameStart, file.path.length)}</span>
      <span className="found-folder">{marked(file, skipped, nameStart)}</span>
    </>
  );
}

function marked({ path, positions }: FoundFile, from: number, to: number): ReactNode[] {
  const typed = new Set(positions);
  const pieces: { text: string; isTyped: boolean }[] = [];
  for (let at = from; at < to; at++) {
    const isTyped = typed.has(at);
    const last = pieces.at(-1);
    if (last?.isTyped === isTyped) last.text += path.charAt(at);
    else pieces.push({ text: path.charAt(at), isTyped });
  }
  return pieces.map(({ text, isTyped }, index) => (isTyped ? <mark key={index}>{text}</mark> : text));
}
