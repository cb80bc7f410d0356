import type { Env } from "../../env.ts";

/** How a request came to the service, as far as a browser's session depends on it. */
export interface Visit {
  /** The service's own, as the caller sees it. */
  readonly origin: string;
  readonly isSecure: boolean;
  /** It came from this machine to itself. */
  readonly isLoopback: boolean;
  readonly port: string;
}

/** Read when it is first asked for: nobody asks of a program, which sends a key. */
class ReadVisit implements Visit {
  private readonly read: () => URL;
  private known: URL | undefined;

  constructor(read: () => URL) {
    this.read = read;
  }

  get origin() {
    return this.seen.origin;
  }

  get isSecure() {
    return this.seen.protocol === "https:";
  }

  get isLoopback() {
    return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(this.seen.hostname);
  }

  get port() {
    return this.seen.port;
  }

  /** The address as the caller sees it. */
  private get seen(): URL {
    return (this.known ??= this.read());
  }
}

/**
 * Behind a proxy that speaks HTTPS to browsers and HTTP to the service, only the proxy knows how it was called. Anybody
 * could send what it says, so it counts only where the service was told to trust it.
 */
export function visitOf({ url, headers }: Request, { TRUST_PROXY }: Env): Visit {
  return new ReadVisit(() => {
    const own = new URL(url);
    return (TRUST_PROXY === "true" && forwarded(own, headers)) || own;
  });
}

function forwarded(own: URL, headers: Headers): URL | undefined {
  const protocol = firstOf(headers, "x-forwarded-proto") ?? own.protocol.slice(0, -1);
  const host = firstOf(headers, "x-forwarded-host") ?? own.host;
  if (!/^https?$/.test(protocol)) return undefined;
  return URL.parse(`${protocol}://${host}`) ?? undefined;
}

/** Each proxy on the way adds its own: the first is what the browser was told. */
function firstOf(headers: Headers, name: string): string | undefined {
  return headers.get(name)?.split(",")[0]?.trim();
}

/** Whether a page of the service itself sent this: browsers say so, and pages cannot make them lie. */
export function isFromOwnPage(headers: Headers, { origin }: Visit): boolean {
  const said = headers.get("origin");
  return said === null ? headers.get("sec-fetch-site") === "same-origin" : said === origin;
}
