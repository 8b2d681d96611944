import type { ComponentProps, ReactElement } from 'react';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';

/** How much weight a button carries on its page. */
export type ButtonTone = 'plain' | 'primary' | 'danger' | 'quiet';

/** A button with words, and an icon when it helps to find it. */
export function Button({
  tone = 'plain',
  icon,
  about,
  className = '',
  children,
  ...rest
}: ComponentProps<'button'> & {
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
  /** What it acts on, where several have the same words: for who hears the button without seeing its row. */
  readonly about?: string;
}): ReactElement {
  const name = about !== undefined && typeof children === 'string' ? `${children} ${about}` : undefined;
  return (
    <button
      type="button"
      {...rest}
      {...(name !== undefined && { 'aria-label': name })}
      className={`button button-${tone} ${className}`}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; `label` is what it does, for everyone who does not see or know the drawing. */
export function IconButton({
  icon,
  label,
  about,
  className = '',
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & {
  readonly icon: IconName;
  readonly label: string;
  /** What it acts on, where several have the same label; not shown. */
  readonly about?: string;
}): ReactElement {
  const name = about === undefined ? label : `${label} ${about}`;
  return (
    <button type="button" {...rest} className={`icon-button ${className}`} aria-label={name} title={label}>
      <Icon name={icon} />
    </button>
  );
}
