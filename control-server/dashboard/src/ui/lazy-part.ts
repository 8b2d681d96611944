import { createElement, lazy, useState } from 'react';
import type { ComponentType, ReactElement } from 'react';

/** A part of the dashboard that is fetched when it is first shown, or before. */
export interface LazyPart<Props extends object> {
  (props: Props): ReactElement;
  /** Fetches it now, so that it is there at once when it is shown. */
  readonly prepare: () => void;
}

/**
 * A part of the dashboard that is fetched when it is first shown. It is gone from the server when that was updated since
 * the page was opened, which only a reload mends.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetchPart = async (): Promise<ComponentType<Props>> => (loaded = await load());
  const Later = lazy(async () => {
    try {
      return { default: await fetchPart() };
    } catch (cause) {
      throw new Error('a part of it did not load; the server may be away, or may have been updated', {
        cause,
      });
    }
  });
  function Part(props: Props): ReactElement {
    // React leaves what it shows meanwhile on the screen for 300 ms, also when the part is there a moment later.
    const [Chosen] = useState<ComponentType<Props> | typeof Later>(() => loaded ?? Later);
    return createElement(Chosen as ComponentType<Props>, props);
  }
  return Object.assign(Part, { prepare: () => void fetchPart().catch(() => undefined) });
}
