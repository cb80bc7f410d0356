import type { BoardNeed } from "../../api/types.ts";
import { StateShape } from "../../components/state-mark.tsx";
import { Ago } from "../../components/times.tsx";
import { addressOf, placeOf, stateOfNeed, valuesOf } from "../../model/board-needs.ts";
import { AcknowledgeButton, Said } from "./acknowledge.tsx";
import { askBoardNow } from "../../state/board.ts";
import { RedriveButton } from "../execution/redrive.tsx";
import { words } from "../../words/index.ts";

/** What needs somebody besides schedules: queues, workers, and executions that no schedule started. */
export function BoardNeedRow({ need }: { readonly need: BoardNeed }) {
  const { overview: texts } = words();
  const [name, of] = placeOf(need);
  const { error, cause, reason } = need.text.values;
  const detail = reason ?? cause;
  return (
    <li class="need">
      <StateShape state={stateOfNeed(need)} size={18} />
      <div class="says">
        <div class="need-name">
          <b class="cut" title={name}>
            {name}
          </b>
          <span class="quiet cut" title={of}>
            {of}
          </span>
          <span class="quiet nowrap">
            <Ago at={need.since} />
          </span>
        </div>
        <div class="need-why quiet-ink">
          {error !== undefined && <code class="tone-bad">{error}</code>} {says(need)}{" "}
          {detail !== undefined && <span class="quiet">{detail}</span>}
        </div>
        <Said need={need} />
      </div>
      <div class="need-actions">
        <AcknowledgeButton need={need} />
        {need.kind === "failed" && need.flow !== undefined && need.execution !== undefined && (
          <RedriveButton flow={need.flow} name={need.execution} hasLink onGoesOn={askBoardNow} />
        )}
        <a class="button" href={addressOf(need)} aria-label={`${texts.open} ${name} ${of}`}>
          {texts.open}
        </a>
      </div>
    </li>
  );
}

function says(need: BoardNeed): string {
  const known: Readonly<Record<string, (values: ReturnType<typeof valuesOf>) => string>> = words().needs.says;
  const { code } = need.text;
  return Object.hasOwn(known, code) ? (known[code]?.(valuesOf(need)) ?? code) : code;
}
