import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Page, StepView } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { SelectChip } from "../../components/chip.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Elapsed } from "../../components/times.tsx";
import { stateOfStatus } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { StepData } from "./step-data.tsx";

export interface ItemsProps {
  readonly base: string;
  /** Of the foreach, with its rounds. */
  readonly path: string;
  readonly isRunning: boolean;
  readonly status: string;
  /** The page of one of them. */
  readonly hrefOf: (index: number) => string;
  readonly onStatus: (status: string) => void;
}

const PAGE = 50;
const POLL_MS = 5000;
export const STATUSES = ["Failed", "Running", "Succeeded", "Stopped", "Skipped"] as const;

/** The iterations of a foreach, page by page: never more of them than are looked at. */
export function Items({ base, path, isRunning, status, hrefOf, onStatus }: ItemsProps) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<string | undefined>(undefined);
  const { panel, state } = words();
  const cursor = cursors.at(-1);
  const url = address(`${base}/steps`, { parent: path, status, limit: PAGE, cursor });
  const page = useResource<Page<StepView>>(url, { everyMs: isRunning ? POLL_MS : undefined });
  const choices = [
    { value: "", title: panel.anyState },
    ...STATUSES.map((value) => ({ value, title: state[stateOfStatus(value)] })),
  ];
  function choose(chosen: string): void {
    setCursors([]);
    onStatus(chosen);
  }
  return (
    <>
      <div class="panel-part panel-tools">
        <SelectChip label={words().executions.status} value={status} choices={choices} onChange={choose} />
      </div>
      <Loaded resource={page}>
        {({ items, cursor: next }) => (
          <>
            {items.length === 0 && <p class="panel-part quiet">{panel.noItems}</p>}
            <ul class="items">
              {items.map((item) => (
                <Item
                  key={item.path}
                  base={base}
                  item={item}
                  hrefOf={hrefOf}
                  isOpen={open === item.path}
                  onToggle={() => setOpen(open === item.path ? undefined : item.path)}
                />
              ))}
            </ul>
            <div class="panel-part panel-tools">
              {cursors.length > 0 && (
                <Button isSmall onPress={() => setCursors(cursors.slice(0, -1))}>
                  {panel.previousPage}
                </Button>
              )}
              {next !== undefined && (
                <Button isSmall onPress={() => setCursors([...cursors, next])}>
                  {panel.nextPage}
                </Button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

interface ItemProps {
  readonly base: string;
  readonly item: StepView;
  readonly isOpen: boolean;
  readonly hrefOf: (index: number) => string;
  readonly onToggle: () => void;
}

function Item({ base, item, isOpen, hrefOf, onToggle }: ItemProps) {
  const { path, index = 0, status, enteredAt, endedAt, error } = item;
  return (
    <li>
      <button type="button" class="item" aria-expanded={isOpen} onClick={onToggle}>
        <StateShape state={stateOfStatus(status)} />
        <span class="quiet item-number">#{index}</span>
        <span class="cut item-words">
          {error === undefined ? <code>{previewOf(item)}</code> : <code class="tone-bad">{error}</code>}
        </span>
        <span class="quiet nowrap">
          <Elapsed from={enteredAt} to={endedAt} />
        </span>
        <Icon name={isOpen ? "down" : "right"} size={14} />
      </button>
      {isOpen && <ItemSteps base={base} path={path} item={item} href={hrefOf(index)} />}
    </li>
  );
}

/** The beginning of an item's JSON text. */
export function previewOf({ item, itemValue }: StepView): string {
  return itemValue?.preview ?? (item === undefined ? "" : JSON.stringify(item));
}

function ItemSteps({
  base,
  path,
  item,
  href,
}: {
  readonly base: string;
  readonly path: string;
  readonly href: string;
  readonly item: StepView;
}) {
  const steps = useResource<Page<StepView>>(address(`${base}/steps`, { parent: path, limit: PAGE }));
  return (
    <div class="item-inside">
      <a class="link" href={href}>
        {words().item.open}
      </a>
      {item.cause !== undefined && <p class="quiet-ink">{item.cause}</p>}
      <Loaded resource={steps}>
        {({ items }) => (
          <>
            {items.map((step) => (
              <details
                key={step.path}
                class="item-step"
                open={items.length === 1 || step.error !== undefined}
              >
                <summary>
                  <StateShape state={stateOfStatus(step.status)} size={14} />
                  <b>{step.name}</b>
                  {step.worker !== undefined && <span class="worker-chip">{step.worker}</span>}
                  <span class="quiet">
                    <Elapsed from={step.enteredAt} to={step.endedAt} />
                  </span>
                </summary>
                <StepData base={base} step={step} />
              </details>
            ))}
          </>
        )}
      </Loaded>
    </div>
  );
}
