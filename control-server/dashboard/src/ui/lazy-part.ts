import { lazy } from 'react';
import type { ComponentType, LazyExoticComponent } from 'react';

/**
 * A part of the dashboard that is fetched when it is first shown. It is gone from the server when that was updated since
 * the page was opened, which only a reload mends.
 */
export function lazyPart<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (cause) {
      throw new Error('a part of it did not load; the server may be away, or may have been updated', {
        cause,
      });
    }
  });
}
