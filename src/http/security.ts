import { COMMON_HEADERS, DATA_POLICY, HTTPS_HEADERS, PAGE_HEADERS } from "./contract/security.ts";

/** Made once: every answer goes by here. */
const OF_DATA = Object.entries({ ...COMMON_HEADERS, "content-security-policy": DATA_POLICY });
const OF_PAGES = Object.entries({ ...COMMON_HEADERS, ...PAGE_HEADERS });
const OVER_HTTPS = Object.entries(HTTPS_HEADERS);

/** An answer with what browsers are to be told of it, whoever wrote it; a socket is none that a browser shows. */
export function secured({ url }: Request, response: Response): Response {
  if (response.webSocket) return response;
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  const answer = withHeaders(response, isPage ? OF_PAGES : OF_DATA);
  return url.startsWith("https:") ? withHeaders(answer, OVER_HTTPS) : answer;
}

/** In place where that is possible: a copy would send the body through another stream. */
function withHeaders(response: Response, headers: readonly (readonly [string, string])[]): Response {
  try {
    for (const [name, value] of headers) response.headers.set(name, value);
    return response;
  } catch {
    // Headers of what came from elsewhere cannot be changed.
    return withHeaders(new Response(response.body, response), headers);
  }
}
