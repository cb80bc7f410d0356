import { html } from "hono/html";
import type { Problem } from "../problem.ts";
import type { SignInWords } from "./words.ts";

export const SIGN_IN_PATH = "/sign-in";
export const SIGN_IN_STYLE_PATH = "/sign-in/style.css";

/** What the API answered instead. */
export type TroubleTold = Pick<Problem, "code" | "status" | "detail" | "requestId">;

export interface SignInPage {
  readonly words: SignInWords;
  /** Where a sign-in leads. */
  readonly to: string;
  /** Why there is nobody yet, in the reader's words. */
  readonly trouble?: { readonly says: string; readonly problem: TroubleTold };
}

/** A form that works in any browser. What was typed before is not in it: it is a secret. */
export async function signInPage({ words, to, trouble }: SignInPage): Promise<string> {
  const isOpen = trouble?.problem.code !== "InsecureSignIn";
  return String(
    await html`<!doctype html>
      <html lang="${words.language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${words.title} · Millrace</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="${SIGN_IN_STYLE_PATH}" />
        </head>
        <body>
          <main>
            ${isOpen ? form({ words, to, ...(trouble && { trouble }) }) : html`<div class="card">${head(words, trouble)}</div>`}
            <footer class="quiet">${words.needsScript} <a href="/docs">${words.readInstead}</a></footer>
          </main>
        </body>
      </html>`,
  );
}

function form({ words, to, trouble }: SignInPage) {
  return html`<form method="post" action="/v1/session">
    ${head(words, trouble)}
    <input type="hidden" name="to" value="${to}" />
    <label>
      ${words.label}
      <input
        type="password"
        name="accessKey"
        autocomplete="current-password"
        spellcheck="false"
        required
        autofocus
        aria-describedby="hint"
        aria-invalid="${String(trouble?.problem.code === "Unauthenticated" || trouble?.problem.code === "InvalidRequest")}"
      />
    </label>
    <p id="hint" class="quiet">${words.hint}</p>
    <button type="submit">${words.submit}</button>
  </form>`;
}

function head(words: SignInWords, trouble: SignInPage["trouble"]) {
  return html`<h1>${words.title} · Millrace</h1>
    ${
      trouble
        ? html`<div role="alert">
            <p class="refused">${trouble.says}</p>
            ${more(words, trouble.problem)}
          </div>`
        : ""
    }`;
}

/** What the service says itself, where the sentence before does not say all of it. */
function more({ refused, requestId: label }: SignInWords, { code, detail, requestId }: TroubleTold) {
  if (code === "NoRole") return html`<p class="quiet">${detail}</p>`;
  if (Object.hasOwn(refused, code)) return "";
  return html`<p class="quiet">${detail}</p>
    <p class="quiet">${label} <code>${requestId}</code></p>`;
}
