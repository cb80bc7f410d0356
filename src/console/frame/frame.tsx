import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import mark from "../mark.svg";
import { Icon, type IconName } from "../components/icon.tsx";
import { Toasts } from "../components/toasts.tsx";
import { clockSeconds, zoneName } from "../model/times.ts";
import { now } from "../state/clock.ts";
import { mayAdminister, session, signOut } from "../state/session.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";
import { addresses } from "./addresses.ts";
import { isOnline } from "./connection.ts";
import { LanguageSwitch, ThemeSwitch } from "./switches.tsx";

interface Place {
  readonly icon: IconName;
  readonly title: string;
  readonly href: string;
}

/** In groups; who may not see a page does not see its place. */
function places(): readonly (readonly Place[])[] {
  const { frame } = words();
  const work: Place[] = [
    { icon: "overview", title: frame.overview, href: addresses.overview },
    { icon: "executions", title: frame.executions, href: addresses.executions },
    { icon: "flows", title: frame.flows, href: addresses.flows },
    { icon: "schedules", title: frame.schedules, href: addresses.schedules },
  ];
  const machines: Place[] = [
    { icon: "queues", title: frame.queues, href: addresses.queues },
    { icon: "workers", title: frame.workers, href: addresses.workers },
  ];
  const access: Place[] = [
    { icon: "keys", title: frame.keys, href: addresses.keys },
    { icon: "audit", title: frame.audit, href: addresses.audit },
  ];
  return mayAdminister() ? [work, machines, access] : [work, machines];
}

/** What stands around every page. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
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
      <Toasts />
    </div>
  );
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
    </a>
  );
}

function Foot() {
  const { frame, session: texts } = words();
  const own = session.value;
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
          <b class="cut" title={own?.accessKeyId}>
            {own?.accessKeyId}
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
