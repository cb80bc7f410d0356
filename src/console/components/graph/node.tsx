import type { ComponentChildren } from "preact";
import type { PlacedNode } from "../../model/layout.ts";
import { GROUP_HEADER, HEAT_WIDTH } from "../../model/layout.ts";
import type { StepLook } from "../../model/looks.ts";
import { toneOfLook } from "../../model/looks.ts";
import { words } from "../../words/index.ts";
import { CountMarks } from "../counts.tsx";
import { HeatMap } from "../heat-map.tsx";
import { Icon, type IconName } from "../icon.tsx";
import { StateShape } from "../state-mark.tsx";

/** That something is wrong with a step of a definition. */
export interface NodeMark {
  readonly tone: "bad" | "warn";
  readonly word: string;
}

export interface NodeProps {
  readonly node: PlacedNode;
  readonly look: StepLook;
  /** Behind the type, such as how long it took. */
  readonly note: ComponentChildren;
  readonly isChosen: boolean;
  /** The one that Tab comes to. */
  readonly isStop: boolean;
  /** Only a definition: no step has a state. */
  readonly isPlain: boolean;
  readonly mark?: NodeMark | undefined;
  readonly onChoose: () => void;
  readonly onItem?: ((index: number) => void) | undefined;
}

const ICONS: Readonly<Record<string, IconName>> = {
  task: "task",
  wait: "late",
  choice: "choice",
  parallel: "parallel",
  foreach: "foreach",
  pass: "right",
  succeed: "check",
  fail: "fail",
};

export function iconOfType(type: string): IconName {
  return ICONS[type] ?? "task";
}

/** A step: its header is a button; what lies in a group is drawn over it, beside the header. */
export function Node({ node, look, note, isChosen, isStop, isPlain, mark, onChoose, onItem }: NodeProps) {
  const { path, step, x, y, width, height, isGroup } = node;
  const tone = isPlain ? (mark?.tone ?? "plain") : toneOfLook(look);
  const kind = `${isGroup ? "is-group" : ""} ${isChosen ? "is-chosen" : ""}`;
  return (
    <div
      class={`node node-${tone} ${kind}`}
      style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}
    >
      <button
        type="button"
        class="node-head"
        data-step={path}
        tabIndex={isStop ? 0 : -1}
        aria-pressed={isChosen}
        style={{ height: `${isGroup ? GROUP_HEADER : height - 2}px` }}
        onClick={onChoose}
      >
        <Icon name={iconOfType(step.type)} class="node-icon" />
        <span class="node-name cut" title={step.name}>
          {step.name}
        </span>
        {isPlain ? <MarkShape mark={mark} /> : <StateShape state={look.state} />}
        {!isPlain && <span class="hidden-text">{words().state[look.state]}</span>}
        <span class="node-note">
          {look.counts ? <CountMarks counts={look.counts} hasPending={isGroup} /> : note}
        </span>
        {isGroup && look.counts && <span class="node-note node-total">{note}</span>}
      </button>
      {isGroup && look.states !== undefined && look.states !== "" && (
        <div class="node-heat">
          <HeatMap states={look.states} width={HEAT_WIDTH} onChoose={onItem} />
        </div>
      )}
    </div>
  );
}

/** The place of a state, which a definition's steps have not; what is wrong with them stands there. */
function MarkShape({ mark }: { readonly mark: NodeMark | undefined }) {
  if (!mark) return <span />;
  return (
    <span>
      <Icon name={mark.tone === "bad" ? "failed" : "warning"} class={`tone-${mark.tone}`} />
      <span class="hidden-text">{mark.word}</span>
    </span>
  );
}
