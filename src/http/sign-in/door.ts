import { SIGN_IN_FORM_BYTES, SIGN_IN_PLACE_LENGTH } from "../../core/view-limits.ts";
import type { Env } from "../../env.ts";
import { decodeUtf8, readBody } from "../../service/read-body.ts";
import { CONSOLE_PAGES } from "../contract/console.ts";
import { PROBLEMS, type ProblemCode, type Problem } from "../problem.ts";
import { mayHaveSession } from "../session/cookie.ts";
import { visitOf } from "../session/visit.ts";
import { SIGN_IN_PATH, SIGN_IN_STYLE_PATH, type SignInPage, type TroubleTold, signInPage } from "./page.ts";
import { SIGN_IN_STYLE } from "./style.ts";
import { type SignInWords, wordsFor } from "./words.ts";

const SESSION_PATH = "/v1/session";
const FORM = "application/x-www-form-urlencoded";

/** Asks the API: whatever it does to sign somebody in, and to keep others out, it does for a form, too. */
type Ask = (request: Request) => Response | Promise<Response>;

/** A browser that signs in without a script: it opens the page for that, or sends its form. */
export function isForSignIn({ method, url, headers }: Request): boolean {
  if (!url.includes(SIGN_IN_PATH) && !url.endsWith(SESSION_PATH)) return false;
  const { pathname } = new URL(url);
  if (method === "GET" || method === "HEAD")
    return pathname === SIGN_IN_PATH || pathname === SIGN_IN_STYLE_PATH;
  // Programs say this of any body, but they ask for no page.
  const isForm = headers.get("content-type")?.startsWith(FORM) ?? false;
  const wantsPage = headers.get("accept")?.includes("text/html") ?? false;
  return method === "POST" && pathname === SESSION_PATH && isForm && wantsPage;
}

export async function answerSignIn(request: Request, env: Env, ask: Ask): Promise<Response> {
  if (request.method === "POST") return signIn(request, ask);
  const { pathname } = new URL(request.url);
  return pathname === SIGN_IN_STYLE_PATH
    ? new Response(SIGN_IN_STYLE, {
        headers: { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" },
      })
    : open(request, env, ask);
}

/** The page, or where it would lead for who is signed in already. */
async function open(request: Request, env: Env, ask: Ask): Promise<Response> {
  const { url, headers } = request;
  const visit = visitOf(request, env);
  const words = wordsFor(headers.get("accept-language"));
  const to = placeIn(new URL(url).searchParams.get("to") ?? refererOf(headers, visit.origin));
  if (!mayHaveSession(visit)) return refused({ words, to }, ownProblem("InsecureSignIn"));
  const answer = await ask(new Request(new URL(SESSION_PATH, url), { headers }));
  if (!answer.ok) return refused({ words, to }, await problemIn(answer), answer, words.over);
  const { signedIn } = await answer.json<{ signedIn: boolean }>();
  return signedIn ? goTo(to) : shown({ words, to });
}

async function signIn(request: Request, ask: Ask): Promise<Response> {
  const words = wordsFor(request.headers.get("accept-language"));
  const read = await readBody(request, SIGN_IN_FORM_BYTES);
  if (!read.ok) return refused({ words, to: "/" }, ownProblem("BodyTooLarge"));
  const fields = new URLSearchParams(decodeUtf8(read.bytes) ?? "");
  const to = placeIn(fields.get("to"));
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  const body = JSON.stringify({ accessKey: (fields.get("accessKey") ?? "").trim() });
  const answer = await ask(new Request(request.url, { method: "POST", headers, body }));
  if (answer.ok) return goTo(to, answer.headers.get("set-cookie"));
  return refused({ words, to }, await problemIn(answer), answer);
}

/** Only a page of the console: a link to this one must not lead elsewhere. */
function placeIn(said: string | null | undefined): string {
  if (said === null || said === undefined || said.length > SIGN_IN_PLACE_LENGTH) return "/";
  const place = URL.parse(said, "https://here");
  if (!said.startsWith("/") || place?.origin !== "https://here") return "/";
  const { pathname, search } = place;
  return CONSOLE_PAGES.includes(pathname.split("/")[1] ?? "") ? pathname + search : "/";
}

/** The page that somebody came from, if it is one of ours. */
function refererOf(headers: Headers, origin: string): string | undefined {
  const referer = URL.parse(headers.get("referer") ?? "");
  return referer?.origin === origin ? referer.pathname + referer.search : undefined;
}

function goTo(to: string, cookie: string | null = null): Response {
  const headers = {
    location: to,
    "cache-control": "no-store",
    ...(cookie !== null && { "set-cookie": cookie }),
  };
  return new Response(null, { status: 303, headers });
}

async function problemIn(answer: Response): Promise<TroubleTold> {
  return answer.json<Problem>();
}

function ownProblem(code: ProblemCode): TroubleTold {
  const { status, title } = PROBLEMS[code];
  return { code, status, detail: title, requestId: "" };
}

/** The page with why not, under the status that programs get. `unknown`: what is said of a session that is good no more. */
async function refused(
  page: Pick<SignInPage, "words" | "to">,
  problem: TroubleTold,
  answer?: Response,
  unknown?: string,
): Promise<Response> {
  const isOver = unknown !== undefined && problem.code === "Unauthenticated";
  const says = isOver ? unknown : sentence(page.words, problem.code);
  const response = await shown({ ...page, trouble: { says, problem } }, problem.status);
  for (const name of ["www-authenticate", "retry-after", "x-request-id"]) {
    const value = answer?.headers.get(name);
    if (typeof value === "string") response.headers.set(name, value);
  }
  return response;
}

function sentence({ refused: known, refusedOtherwise }: SignInWords, code: string): string {
  return new Map(Object.entries(known)).get(code) ?? refusedOtherwise;
}

async function shown(page: SignInPage, status = 200): Promise<Response> {
  return new Response(await signInPage(page), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": page.words.language,
      "cache-control": "no-store",
      vary: "Accept-Language",
    },
  });
}
