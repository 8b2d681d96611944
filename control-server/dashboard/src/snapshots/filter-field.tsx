import { useId, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';

/** A text of the filter: applied on Enter and when the field is left, not with every letter. */
export function FilterText({
  label,
  value,
  onValue,
  type = 'text',
  placeholder,
  mono = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'datetime-local';
  readonly placeholder?: string;
  readonly mono?: boolean;
}): ReactElement {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [applied, setApplied] = useState(value);
  // Changed elsewhere, by a link or a button: the field follows.
  if (value !== applied) {
    setApplied(value);
    setTyped(value);
  }
  const apply = (): void => {
    if (typed.trim() !== applied) onValue(typed.trim());
  };
  return (
    <div className="filter-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        step={type === 'datetime-local' ? 1 : undefined}
        className={mono ? 'input mono' : 'input'}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
    </div>
  );
}

/** One of a few values of the filter, or any. */
export function FilterChoice({
  label,
  value,
  onValue,
  any,
  options,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Words for no choice. */
  readonly any: string;
  readonly options: readonly (readonly [value: string, words: string])[];
}): ReactElement {
  const id = useId();
  return (
    <div className="filter-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input select"
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        <FilterOptions value={value} any={any} options={options} />
      </select>
    </div>
  );
}

/** The options of a choice; the present value is one of them even when nobody knows it any more. */
export function FilterOptions({
  value,
  any,
  options,
}: {
  readonly value: string;
  readonly any: string;
  readonly options: readonly (readonly [value: string, words: string])[];
}): ReactNode {
  const isKnown = value === '' || options.some(([known]) => known === value);
  return (
    <>
      <option value="">{any}</option>
      {!isKnown && <option value={value}>{value}</option>}
      {options.map(([known, words]) => (
        <option key={known} value={known}>
          {words}
        </option>
      ))}
    </>
  );
}
