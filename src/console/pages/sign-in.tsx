import { useState } from "preact/hooks";
import mark from "../mark.svg";
import { ProblemError } from "../api/client.ts";
import { Refused } from "../components/dialog.tsx";
import { LanguageSwitch, ThemeSwitch } from "../frame/switches.tsx";
import { sessionError, signIn } from "../state/session.ts";
import { words } from "../words/index.ts";

const UNKNOWN = 401;

/** For whoever is not signed in, whatever page the address names: it opens afterwards. */
export function SignIn() {
  const { session: texts } = words();
  const [key, setKey] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [wasTried, setTried] = useState(false);
  const error = sessionError.value;
  const isUnknown = wasTried && error instanceof ProblemError && error.problem.status === UNKNOWN;
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setTried(true);
    try {
      await signIn(key.trim());
    } catch (failed) {
      sessionError.value = failed;
    }
    setBusy(false);
  }
  return (
    <main class="sign-in">
      <div class="stack">
        <form class="card sign-in-card" onSubmit={(event) => void submit(event)}>
          <div class="sign-in-brand">
            <img src={mark} alt="" />
            <h1>{texts.title} · Millrace</h1>
          </div>
          {error !== undefined && !isUnknown && <Refused error={error} />}
          <div class="field">
            <label class="label" for="access-key">
              {texts.label}
            </label>
            <input
              id="access-key"
              class="input mono"
              type="password"
              name="accessKey"
              autocomplete="current-password"
              required
              spellcheck={false}
              value={key}
              aria-invalid={isUnknown}
              aria-describedby="access-key-hint"
              onInput={(event) => setKey(event.currentTarget.value)}
            />
            <span id="access-key-hint" class={`small ${isUnknown ? "tone-bad" : "quiet"}`}>
              {isUnknown ? texts.wrong : texts.hint}
            </span>
          </div>
          <button type="submit" class="button solid" disabled={isBusy}>
            {texts.submit}
          </button>
          <p class="small quiet">
            {texts.other}: <code>npx millrace login</code> {texts.otherHint}
          </p>
        </form>
        <div class="sign-in-foot">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </main>
  );
}
