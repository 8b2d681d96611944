import type { ReactElement } from 'react';
import { TextField } from '../ui/field.tsx';

const MIN_PASSWORD_CHARS = 12;

/** Whether the server takes this as a new password. */
export function isPasswordLongEnough(password: string): boolean {
  return password.length >= MIN_PASSWORD_CHARS;
}

/** A field for a password that is chosen now. */
export function NewPasswordField({
  label = 'Password',
  value,
  wasSubmitted,
  autoFocus = false,
  onValue,
}: {
  readonly label?: string;
  readonly value: string;
  /** Nothing is wrong with what is half typed. */
  readonly wasSubmitted: boolean;
  readonly autoFocus?: boolean;
  readonly onValue: (password: string) => void;
}): ReactElement {
  return (
    <TextField
      label={label}
      type="password"
      autoComplete="new-password"
      autoFocus={autoFocus}
      required
      value={value}
      hint={`At least ${MIN_PASSWORD_CHARS} characters; a sentence is easier to remember.`}
      problem={
        wasSubmitted && !isPasswordLongEnough(value)
          ? `The password needs ${MIN_PASSWORD_CHARS - value.length} more characters.`
          : undefined
      }
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  );
}
