import { useId } from 'react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';

/** A labelled input with its hint, or what is wrong with it, in words that screen readers get too. */
export function TextField({
  label,
  hint,
  problem,
  isLabelHidden = false,
  trailing,
  mono = false,
  ...input
}: ComponentProps<'input'> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: ReactNode;
  /** For fields that one heading stands above. */
  readonly isLabelHidden?: boolean;
  /** A control that belongs to the field, to its right. */
  readonly trailing?: ReactNode;
  readonly mono?: boolean;
}): ReactElement {
  const id = useId();
  const said = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <div className="field-line">
        <input
          autoComplete="off"
          spellCheck={false}
          {...input}
          id={id}
          className={`input${mono ? ' mono' : ''}`}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={said === undefined ? undefined : `${id}-said`}
        />
        {trailing}
      </div>
      {said !== undefined && (
        <p
          id={`${id}-said`}
          className={problem === undefined ? 'field-hint' : 'field-problem'}
          role={problem === undefined ? undefined : 'alert'}
        >
          {said}
        </p>
      )}
    </div>
  );
}

/** A labelled choice of one of a few values. */
export function SelectField({
  label,
  value,
  options,
  onValue,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onValue: (value: string) => void;
  readonly hint?: string;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input select"
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-said`}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {options.map(([known, words]) => (
          <option key={known} value={known}>
            {words}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p id={`${id}-said`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A switch with its words beside it. */
export function Toggle({
  label,
  checked,
  onChange,
  hideLabel = false,
  disabled = false,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
}): ReactElement {
  return (
    <label className="toggle" title={hideLabel ? label : undefined}>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        aria-label={hideLabel ? label : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className="toggle-track" aria-hidden="true" />
      {!hideLabel && <span>{label}</span>}
    </label>
  );
}
