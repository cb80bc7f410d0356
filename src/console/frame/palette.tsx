import { useLocation } from "preact-iso";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { address, pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { Found } from "../api/types.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { StateShape } from "../components/state-mark.tsx";
import { troubleOf } from "../components/trouble.tsx";
import { stateOfStatus } from "../model/states.ts";
import "../styles/palette.css";
import { words } from "../words/index.ts";
import { addresses } from "./addresses.ts";
import { places } from "./places.ts";

/** After the last key, so that a word is one question. */
const ASKED_AFTER_MS = 150;

interface Choice {
  readonly href: string;
  readonly title: string;
  readonly note?: string;
  readonly icon?: IconName;
  readonly status?: string;
}

interface Group {
  readonly title: string;
  readonly choices: readonly Choice[];
}

export interface PaletteProps {
  /** Shows the keys instead of the search. */
  readonly isHelp: boolean;
  /** What was typed before it was there. */
  readonly typed: string;
  readonly onClose: () => void;
}

/** Finds pages and whatever has a name by any part of it; all of it by keys. */
export default function Palette({ isHelp, typed, onClose }: PaletteProps) {
  const own = useRef<HTMLDialogElement>(null);
  // Before the next key, which is meant for it.
  useLayoutEffect(() => own.current?.showModal(), []);
  const { palette: texts } = words();
  return (
    <dialog ref={own} class="palette" aria-label={isHelp ? texts.keys : texts.label} onClose={onClose}>
      {isHelp ? <Keys /> : <Search typed={typed} onClose={onClose} />}
    </dialog>
  );
}

const KEYS = [
  ["⌘K · Ctrl K · /", "search"],
  ["↑ ↓", "choose"],
  ["Enter", "open"],
  ["?", "keys"],
  ["Esc", "close"],
] as const;

function Keys() {
  const { palette: texts } = words();
  return (
    <div class="palette-keys">
      <h2>{texts.keys}</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{texts.keysDo[does]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Search({ typed, onClose }: Omit<PaletteProps, "isHelp">) {
  const [text, setText] = useState(typed);
  const [chosen, setChosen] = useState(0);
  const { route } = useLocation();
  const list = useId();
  const asked = useLater(text.trim());
  const url = asked === "" ? undefined : address(pathOf("board", "search"), { q: asked });
  const { data, error } = useResource<Found>(url);
  const { palette: texts } = words();
  const groups = [pagesFor(text.trim()), ...(asked === "" ? [] : foundIn(data))];
  const filled = groups.filter(({ choices }) => choices.length > 0);
  const all = filled.flatMap(({ choices }) => choices);
  const at = Math.min(chosen, all.length - 1);
  function open(choice: Choice | undefined): void {
    if (!choice) return;
    route(choice.href);
    onClose();
  }
  function press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length > 0) setChosen((at + step + all.length) % all.length);
    else if (event.key === "Enter") open(all[at]);
    else return;
    event.preventDefault();
  }
  return (
    <>
      <label class="palette-field">
        <Icon name="search" size={18} />
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to type into
          autofocus
          role="combobox"
          aria-label={texts.label}
          aria-expanded={all.length > 0}
          aria-controls={list}
          aria-activedescendant={all.length > 0 ? `${list}-${at}` : undefined}
          autocomplete="off"
          spellcheck={false}
          maxLength={128}
          placeholder={texts.placeholder}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={press}
        />
        <kbd>Esc</kbd>
      </label>
      <Choices list={list} groups={filled} chosen={all[at]} onOpen={open} />
      {error !== undefined && <p class="palette-note tone-bad">{troubleOf(error).title}</p>}
      {data && asked !== "" && all.length === 0 && <p class="palette-note">{texts.nothing(asked)}</p>}
      {asked !== "" && <p class="palette-note small quiet">{texts.older}</p>}
    </>
  );
}

interface ChoicesProps {
  /** Id of the list; the id of the nth choice of all begins with it. */
  readonly list: string;
  readonly groups: readonly Group[];
  readonly chosen: Choice | undefined;
  readonly onOpen: (choice: Choice) => void;
}

function Choices({ list, groups, chosen, onOpen }: ChoicesProps) {
  const all = groups.flatMap(({ choices }) => choices);
  return (
    <div class="palette-list" id={list} role="listbox" aria-label={words().palette.label}>
      {groups.map(({ title, choices }) => (
        <div key={title} role="group" aria-label={title}>
          <div class="palette-group" aria-hidden="true">
            {title}
          </div>
          {choices.map((choice) => (
            <Option
              key={choice.href}
              id={`${list}-${all.indexOf(choice)}`}
              choice={choice}
              isChosen={choice === chosen}
              onOpen={() => onOpen(choice)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** A text, once it has stood for a moment. */
function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), ASKED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}

function pagesFor(text: string): Group {
  const found = places()
    .flat()
    .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()));
  return { title: words().palette.pages, choices: found };
}

function foundIn(data: Found | undefined): readonly Group[] {
  const { palette: texts } = words();
  const { flows = [], schedules = [], queues = [], workers = [], executions = [] } = data ?? {};
  return [
    {
      title: texts.flows,
      choices: flows.map((name) => ({ href: addresses.flow(name), title: name, icon: "flows" })),
    },
    {
      title: texts.schedules,
      choices: schedules.map(({ flow, schedule }) => ({
        href: addresses.schedule(flow, schedule),
        title: schedule,
        note: flow,
        icon: "schedules",
      })),
    },
    {
      title: texts.queues,
      choices: queues.map((name) => ({ href: addresses.queue(name), title: name, icon: "queues" })),
    },
    {
      title: texts.workers,
      choices: workers.map(({ queue, worker, host }) => ({
        href: addresses.worker(queue, worker),
        title: worker,
        note: host === undefined ? queue : `${queue} · ${host}`,
        icon: "workers",
      })),
    },
    {
      title: texts.executions,
      choices: executions.map(({ flow, name, status }) => ({
        href: addresses.execution(flow, name),
        title: name,
        note: flow,
        status,
      })),
    },
  ];
}

interface OptionProps {
  readonly id: string;
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
}

function Option({ id, choice: { title, note, icon, status }, isChosen, onOpen }: OptionProps) {
  const own = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) own.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the field's, which has the focus
    <div
      ref={own}
      id={id}
      class="palette-option"
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onClick={onOpen}
    >
      {icon && <Icon name={icon} />}
      {status !== undefined && <StateShape state={stateOfStatus(status)} />}
      <span class="cut" title={title}>
        {title}
      </span>
      {note !== undefined && (
        <span class="quiet small cut note-of" title={note}>
          {note}
        </span>
      )}
    </div>
  );
}
