import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import { words } from "../words/index.ts";
import type { PaletteProps } from "./palette.tsx";

type Asked = "search" | "keys";

/** Each opening has a number of its own: the one before may hear only now that it was closed. */
interface Shown {
  readonly what: Asked;
  readonly number: number;
}

const shown = signal<Shown | undefined>(undefined);
let openings = 0;
/** What somebody typed who was faster than the search. */
let typed = "";

function show(what: Asked): void {
  typed = "";
  shown.value = { what, number: ++openings };
}

function close(number: number): void {
  if (shown.value?.number === number) shown.value = undefined;
}

/** Whoever types into something means that. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** What a key opens. */
function openedBy(event: KeyboardEvent): Asked | undefined {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) return "search";
  if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return undefined;
  if (event.key === "/") return "search";
  return event.key === "?" ? "keys" : undefined;
}

function isText({ key, metaKey, ctrlKey, altKey }: KeyboardEvent): boolean {
  return key.length === 1 && !metaKey && !ctrlKey && !altKey;
}

/** A dialog that is open keeps the keys for itself; one that is on its way gets them when it is there. */
function press(event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]")) return;
  const isOnItsWay = shown.peek()?.what === "search";
  const opened = openedBy(event);
  if (isOnItsWay && isText(event)) typed += event.key;
  else if (opened !== undefined) show(opened);
  else return;
  event.preventDefault();
}

/** Where the search opens, from wherever one is; it is loaded when it is asked for first. */
export function PaletteHost() {
  const [loaded, setLoaded] = useState<{ readonly view: ComponentType<PaletteProps> } | undefined>(undefined);
  const opening = shown.value;
  const isWanted = opening !== undefined;
  useEffect(() => {
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  useEffect(() => {
    if (isWanted) void import("./palette.tsx").then((part) => setLoaded({ view: part.default }));
  }, [isWanted]);
  if (!opening || !loaded) return null;
  const { number, what } = opening;
  return <loaded.view key={number} isHelp={what === "keys"} typed={typed} onClose={() => close(number)} />;
}

export function PaletteButton() {
  const { palette: texts } = words();
  return (
    <button
      type="button"
      class="palette-open"
      aria-label={texts.open}
      title={texts.open}
      onClick={() => show("search")}
    >
      <Icon name="search" />
      <span class="word grow">{texts.open}</span>
    </button>
  );
}

export function PaletteMenuItem() {
  return (
    <button type="button" class="menu-item" onClick={() => show("search")}>
      <Icon name="search" />
      {words().palette.open}
    </button>
  );
}
