import { COMMON_HEADERS, DATA_POLICY, HTTPS_HEADERS, PAGE_HEADERS } from "./contract/security.ts";

const DATA_HEADERS = { "content-security-policy": DATA_POLICY };

/** An answer with what browsers are to be told of it, whoever wrote it; a socket is none that a browser shows. */
export function secured({ url }: Request, response: Response): Response {
  if (response.webSocket) return response;
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  // Headers of what came from elsewhere cannot be changed.
  const answer = new Response(response.body, response);
  const more = {
    ...COMMON_HEADERS,
    ...(isPage ? PAGE_HEADERS : DATA_HEADERS),
    ...(url.startsWith("https:") && HTTPS_HEADERS),
  };
  for (const [name, value] of Object.entries(more)) answer.headers.set(name, value);
  return answer;
}
