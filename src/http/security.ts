import { COMMON_HEADERS, DATA_POLICY, HTTPS_HEADERS, PAGE_HEADERS } from "./contract/security.ts";

const DATA_HEADERS = { "content-security-policy": DATA_POLICY };

/** An answer with what browsers are to be told of it, whoever wrote it; a socket is none that a browser shows. */
export function secured({ url }: Request, response: Response): Response {
  if (response.webSocket) return response;
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  const more = {
    ...COMMON_HEADERS,
    ...(isPage ? PAGE_HEADERS : DATA_HEADERS),
    ...(url.startsWith("https:") && HTTPS_HEADERS),
  };
  return withHeaders(response, Object.entries(more));
}

/** In place where that is possible: a copy would send the body through another stream. */
function withHeaders(response: Response, headers: readonly (readonly [string, string])[]): Response {
  try {
    for (const [name, value] of headers) response.headers.set(name, value);
    return response;
  } catch {
    // Headers of what came from elsewhere cannot be changed.
    const copy = new Response(response.body, response);
    for (const [name, value] of headers) copy.headers.set(name, value);
    return copy;
  }
}
