import { useState } from "preact/hooks";
import type { BoardNeed } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Ago } from "../../components/times.tsx";
import { addressOf, placeOf, stateOfNeed, valuesOf } from "../../model/board-needs.ts";
import { AcknowledgeButton, Said } from "./acknowledge.tsx";
import { askBoardNow } from "../../state/board.ts";
import { RedriveButton } from "../execution/redrive.tsx";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { DrainDialog } from "../workers/drain.tsx";

/** What needs somebody besides schedules: queues, workers, and executions that no schedule started. */
export function BoardNeedRow({ need }: { readonly need: BoardNeed }) {
  const { overview: texts, workers } = words();
  const [isAsked, ask] = useState(false);
  const [name, of] = placeOf(need);
  const { error } = need.text.values;
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
          <NeedDetail need={need} />
        </div>
        <Said need={need} />
      </div>
      <div class="need-actions">
        <AcknowledgeButton need={need} />
        {need.kind === "failed" && need.flow !== undefined && need.execution !== undefined && (
          <RedriveButton flow={need.flow} name={need.execution} hasLink onGoesOn={askBoardNow} />
        )}
        {need.kind === "worker" && mayChange() && (
          <Button icon="drain" onPress={() => ask(true)}>
            {workers.drain}
          </Button>
        )}
        <a class="button" href={addressOf(need)} aria-label={`${texts.open} ${name} ${of}`}>
          {texts.open}
        </a>
      </div>
      {isAsked && need.worker !== undefined && need.queue !== undefined && (
        <DrainDialog
          worker={need.worker}
          queues={[need.queue]}
          onClose={() => ask(false)}
          onChanged={askBoardNow}
        />
      )}
    </li>
  );
}

/** How much of it failed, where and on which machine, and the cause in its own words. */
export function NeedDetail({ need }: { readonly need: BoardNeed }) {
  const { needs: texts } = words();
  const { failed, of, path, worker, cause, reason = cause } = need.text.values;
  const isFailure = need.kind === "failed";
  const ofItems = isFailure && typeof failed === "number" && typeof of === "number";
  return (
    <>
      {ofItems && <>{texts.itemsFailed(failed, of)} </>}
      {isFailure && path !== undefined && (
        <span class="need-place">
          <code>{path}</code>
          {worker !== undefined && (
            <>
              {" "}
              {texts.on} <b class="tone-bad">{worker}</b>
            </>
          )}
        </span>
      )}{" "}
      {reason !== undefined && (
        <span class="quiet need-cause" title={String(reason)}>
          {reason}
        </span>
      )}
    </>
  );
}

function says(need: BoardNeed): string {
  const known: Readonly<Record<string, (values: ReturnType<typeof valuesOf>) => string>> = words().needs.says;
  const { code } = need.text;
  return Object.hasOwn(known, code) ? (known[code]?.(valuesOf(need)) ?? code) : code;
}
