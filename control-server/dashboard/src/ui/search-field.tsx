import type { ReactElement } from 'react';
import { Icon } from './icons.tsx';

/** A field that narrows a list; Escape empties it. `/` is the key that leads here. */
export function SearchField({
  id,
  label,
  value,
  onChange,
  onEnter,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Called on Enter; true with Shift. */
  readonly onEnter?: (isBackwards: boolean) => void;
}): ReactElement {
  return (
    <label className="search" htmlFor={id}>
      <Icon name="search" size={14} />
      <input
        id={id}
        className="input"
        type="search"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.(event.shiftKey);
          if (event.key !== 'Escape') return;
          if (value === '') event.currentTarget.blur();
          onChange('');
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
