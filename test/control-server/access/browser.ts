/** An answer as a browser gets it, at the end of all redirects or at the first one that leads to `until`. */
export interface Visited {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  /** Where it leads, of the last answer. */
  readonly location: string | null;
}

/** As much of a browser as signs in: it keeps cookies by host and port and follows redirects. */
export interface Browser {
  visit(url: string, options?: { readonly until?: (url: string) => boolean }): Promise<Visited>;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** `Set-Cookie` lines of an origin, newest last. */
  cookiesOf(origin: string): readonly string[];
  /** Forgets what an origin has set. */
  forget(origin: string): void;
}

const MAX_REDIRECTS = 20;

export function openBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>();
  const lines = new Map<string, string[]>();

  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const cookies = [...(jar.get(origin) ?? new Map<string, string>())];
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(cookies.length === 0
          ? {}
          : { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      lines.set(origin, [...(lines.get(origin) ?? []), line]);
      const [pair = ''] = line.split(';', 1);
      const end = pair.indexOf('=');
      const own = jar.get(origin) ?? new Map<string, string>();
      jar.set(origin, own);
      const isGone = /max-age=0|expires=Thu, 01 Jan 1970/i.test(line);
      if (isGone) own.delete(pair.slice(0, end));
      else own.set(pair.slice(0, end), pair.slice(end + 1));
    }
    return response;
  }

  return {
    fetch: request,
    async visit(url, { until = () => false } = {}) {
      let at = url;
      for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
        const response = await request(at);
        const location = response.headers.get('location');
        const text = await response.text();
        const next = location === null ? null : new URL(location, at).href;
        if (next === null || until(next)) return { status: response.status, url: at, text, location: next };
        at = next;
      }
      throw new Error('The browser was sent in circles.');
    },
    cookiesOf: (origin) => lines.get(origin) ?? [],
    forget: (origin) => void jar.delete(origin),
  };
}
