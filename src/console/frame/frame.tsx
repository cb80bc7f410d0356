import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { Board } from "../api/types.ts";
import mark from "../mark.svg";
import { Icon } from "../components/icon.tsx";
import { Toasts } from "../components/toasts.tsx";
import { pressingCallbacks } from "../model/callbacks.ts";
import { personOf } from "../model/started-by.ts";
import { clockSeconds, zoneName } from "../model/times.ts";
import { board, setBoardAsk } from "../state/board.ts";
import { now } from "../state/clock.ts";
import { session, signOut } from "../state/session.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";
import { addresses } from "./addresses.ts";
import { isOnline } from "./connection.ts";
import { type Place, places } from "./places.ts";
import { PaletteButton, PaletteHost, PaletteMenuItem } from "./palette-opener.tsx";
import { LanguageSwitch, ThemeSwitch } from "./switches.tsx";

/** What stands around every page. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  useBoardPolled();
  return (
    <div class="frame">
      <a class="skip-link" href="#content">
        {words().frame.skip}
      </a>
      <Side />
      <main class="content" id="content" tabIndex={-1}>
        {children}
      </main>
      <BottomBar />
      <PaletteHost />
      <Toasts />
    </div>
  );
}

const POLL_MS = 10_000;

/** One page asks for the board, whatever shows it. */
function useBoardPolled(): void {
  const { data, reload } = useResource<Board>(pathOf("board"), { everyMs: POLL_MS });
  useEffect(() => setBoardAsk(reload), [reload]);
  useEffect(() => {
    board.value = data;
  }, [data]);
}

function Side() {
  const { frame } = words();
  const badge = session.value?.name ?? "";
  return (
    <div class="side">
      <a class="brand" href={addresses.overview} aria-label={frame.home}>
        <img src={mark} alt="" />
        <span class="word">Millrace</span>
        {badge !== "" && (
          <span class="badge cut" title={badge}>
            {badge}
          </span>
        )}
      </a>
      <PaletteButton />
      <nav aria-label={frame.navigation}>
        {places().map((group, at) => (
          <div key={group[0]?.href}>
            {at > 0 && <hr class="nav-line" />}
            {group.map((place) => (
              <NavItem key={place.href} {...place} />
            ))}
          </div>
        ))}
      </nav>
      <Foot />
    </div>
  );
}

function useIsHere(href: string): boolean {
  const { path } = useLocation();
  return path === href || (href !== addresses.overview && path.startsWith(`${href}/`));
}

function NavItem({ icon, title, href }: Place) {
  return (
    <a class="nav-item" href={href} title={title} aria-current={useIsHere(href) ? "page" : undefined}>
      <Icon name={icon} />
      <span class="word">{title}</span>
      <Calls href={href} />
    </a>
  );
}

/** What of a place calls for somebody, or moves, as a number. */
function Calls({ href }: Pick<Place, "href">) {
  const known = board.value;
  const { number } = words();
  const { count, tone } = (known && CALLS[href]?.(known)) ?? NOTHING;
  if (count === 0) return null;
  return <span class={`word calls ${tone}`}>{number(count)}</span>;
}

const NOTHING = { count: 0, tone: "" };

const CALLS: Readonly<Record<string, (board: Board) => typeof NOTHING>> = {
  [addresses.overview]: ({ needs }) => ({
    count: needs.filter(({ acknowledged }) => !acknowledged).length,
    tone: "tone-bad",
  }),
  [addresses.executions]: ({ now: { running } }) => ({ count: running, tone: "tone-run" }),
  [addresses.queues]: ({ now: { deadLetters = 0 } }) => ({ count: deadLetters, tone: "tone-bad" }),
  [addresses.callbacks]: (known) => ({ count: pressingCallbacks(known), tone: "tone-warn" }),
  [addresses.workers]: ({ now: { failingWorkers = 0 } }) => ({ count: failingWorkers, tone: "tone-bad" }),
};

function Foot() {
  const { frame, session: texts } = words();
  const own = session.value;
  const person = own ? personOf(own.accessKeyId) : "";
  const clock = useComputed(() => clockSeconds(now.value, reader.value));
  const isOn = isOnline.value;
  return (
    <div class="side-foot">
      <div class="foot-row">
        <span class={`dot ${isOn ? "" : "off"}`} title={isOn ? frame.online : frame.offline} />
        <span class="word quiet grow">{isOn ? frame.online : frame.offline}</span>
        <span class="word quiet" title={reader.value.zone}>
          {clock} {zoneName(reader.value.zone)}
        </span>
      </div>
      <div class="foot-row">
        <span class="word who">
          <b class="cut" title={person}>
            {person}
          </b>
          <span class="quiet small">{own && texts.role[own.role]}</span>
        </span>
        <LanguageSwitch />
        <ThemeSwitch />
        <button
          type="button"
          class="foot-button"
          aria-label={frame.signOut}
          title={frame.signOut}
          onClick={() => void signOut()}
        >
          <Icon name="signOut" />
        </button>
      </div>
    </div>
  );
}

const ON_PHONE = 4;

/** For one hand: four places, and the rest behind three dots. */
function BottomBar() {
  const { frame } = words();
  const all = places().flat();
  return (
    <nav class="bottom-bar" aria-label={frame.navigation}>
      {all.slice(0, ON_PHONE).map(({ icon, title, href }) => (
        <BottomItem key={href} icon={icon} title={title} href={href} />
      ))}
      <details class="menu">
        <summary>
          <Icon name="more" size={20} />
          {frame.more}
        </summary>
        <div class="menu-list">
          <PaletteMenuItem />
          {all.slice(ON_PHONE).map(({ icon, title, href }) => (
            <a key={href} class="menu-item" href={href}>
              <Icon name={icon} />
              {title}
            </a>
          ))}
          <button type="button" class="menu-item" onClick={() => void signOut()}>
            <Icon name="signOut" />
            {frame.signOut}
          </button>
          <div class="foot-row">
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </div>
      </details>
    </nav>
  );
}

function BottomItem({ icon, title, href }: Place) {
  return (
    <a href={href} aria-current={useIsHere(href) ? "page" : undefined}>
      <Icon name={icon} size={20} />
      {title}
    </a>
  );
}
