import type { ReactElement, ReactNode } from 'react';

/** A part of the page with its own address. */
export function Section({
  title,
  id,
  note,
  actions,
  children,
}: {
  readonly title: string;
  readonly id: string;
  readonly note?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="panel" aria-labelledby={id} data-testid={`section-${id}`}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="count">{note}</span>}
        <span className="spacer" />
        {actions}
      </div>
      {children}
    </section>
  );
}
