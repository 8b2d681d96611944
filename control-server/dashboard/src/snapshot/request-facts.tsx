import type { ReactElement } from 'react';
import type { JsonObject, JsonValue } from '../../../../src/protocol/json.ts';
import type { RequestContext } from '../../../../src/protocol/snapshot.ts';
import { RedactedText } from './redacted-text.tsx';

/** The HTTP request during which the capture happened. */
export function RequestFacts({ request }: { readonly request: RequestContext }): ReactElement {
  return (
    <div className="request">
      <p className="request-line">
        <span className="request-method">{request.method}</span>
        <code className="break-anywhere">
          <RedactedText text={request.url === '' ? request.path : request.url} />
        </code>
      </p>
      <dl className="pairs">
        <Pair name="Client" value={request.ip} />
        <Pair name="User agent" value={request.userAgent} />
      </dl>
      <Values title="Query" values={request.query} />
      <Values title="Headers" values={request.headers} />
    </div>
  );
}

function Values({
  title,
  values,
}: {
  readonly title: string;
  readonly values: JsonObject;
}): ReactElement | null {
  const names = Object.keys(values);
  if (names.length === 0) return null;
  return (
    <>
      <h3 className="panel-sub">{title}</h3>
      <dl className="pairs pairs-code">
        {names.map((name) => (
          <Pair key={name} name={name} value={textOf(values[name])} />
        ))}
      </dl>
    </>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: string }): ReactElement | null {
  if (value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <RedactedText text={value} />
      </dd>
    </div>
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
