import {
  type Completion as Offered,
  type CompletionContext,
  type CompletionResult,
  autocompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import { hoverTooltip, keymap } from "@codemirror/view";
import { type Completion, completionsAt, helpKeyOf } from "../../model/fdl-completions.ts";
import { groupAt } from "../../model/fdl-keys.ts";
import { caretPlace } from "../../model/yaml-caret.ts";
import { type StepPlace, placeAt, stepAt, stepPlaces } from "../../model/yaml-places.ts";

/** What the editor is told of the language and of the service. */
export interface FdlSources {
  /** Sentences about keys. */
  readonly help: () => Readonly<Record<string, string>>;
  readonly queues: () => Promise<readonly string[]>;
}

const PARSE_MS = 200;

export function fdl(sources: FdlSources): Extension {
  return [
    autocompletion({ override: [(context) => complete(context, sources)], icons: false, closeOnBlur: true }),
    keymap.of(completionKeymap),
    hover(sources),
  ];
}

export function placesIn(state: EditorState): StepPlace[] {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
  return tree ? stepPlaces(tree, state.doc.toString()) : [];
}

async function complete(
  { state, pos, explicit }: CompletionContext,
  { help, queues }: FdlSources,
): Promise<CompletionResult | null> {
  const place = caretPlace(state.doc.toString(), pos);
  if (!place || (!explicit && place.word === "" && place.key === undefined)) return null;
  const places = placesIn(state);
  const step = stepAt(places, pos);
  const siblings = places.filter(({ list, name }) => list === step?.list && name !== step.name);
  const found = completionsAt(place, {
    steps: siblings.map(({ name }) => name),
    queues: place.key === "resourceArn" ? await queues() : [],
    inputs: step ? inputsOf(state.sliceDoc(step.from, step.to)) : [],
  });
  const texts = help();
  return found.length === 0
    ? null
    : { from: pos - place.word.length, options: found.map((one) => offered(one, texts)), filter: true };
}

function offered({ label, text, key, kind }: Completion, help: Readonly<Record<string, string>>): Offered {
  const info = kind === "key" ? help[helpKeyOf(key, undefined, (one) => one in help) ?? ""] : undefined;
  return { label, apply: text, type: kind, ...(info !== undefined && { info }) };
}

/** Targets of the step's first mappings: what its own paths find. */
function inputsOf(step: string): string[] {
  const [, mappings = ""] = /inputMappings:(.*?)(?:\n\s*\w+Mappings:|$)/s.exec(step) ?? [];
  return Array.from(mappings.matchAll(/\btarget:\s*"?([\w-]+)/g), ([, target = ""]) => target);
}

function hover({ help }: FdlSources): Extension {
  return hoverTooltip(({ state }, pos) => {
    const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
    const place = tree && placeAt(tree, state.doc.toString(), pos);
    const key = place?.keys.at(-1);
    if (!place?.isKey || typeof key !== "string") return null;
    const texts = help();
    const group = groupAt(place.keys.slice(0, -1), place.stepType);
    const found = helpKeyOf(key, group, (one) => one in texts);
    const word = state.wordAt(pos);
    if (found === undefined || !word) return null;
    return {
      pos: word.from,
      end: word.to,
      above: true,
      create: () => ({ dom: helpBox(key, texts[found] ?? "") }),
    };
  });
}

function helpBox(key: string, text: string): HTMLElement {
  const box = document.createElement("div");
  const name = document.createElement("b");
  box.className = "cm-help";
  name.textContent = key;
  box.append(name, ` ${text}`);
  return box;
}
