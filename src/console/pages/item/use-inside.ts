import { useEffect, useState } from "preact/hooks";
import { address, read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Page, StepView } from "../../api/types.ts";
import { hasInside } from "../../model/item.ts";

const PAGE = 100;
const POLL_MS = 5000;
/** Lists inside an item that are asked for: each is a call of its own. */
const LISTS_MAX = 8;

export interface Inside {
  /** Of the item, then those inside its choices and parallels; undefined until they are known. */
  readonly steps: readonly StepView[] | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** The steps that an item has visited. */
export function useInside(base: string, item: string, isRunning: boolean): Inside {
  const url = address(`${base}/steps`, { parent: item, limit: PAGE });
  const first = useResource<Page<StepView>>(url, { everyMs: isRunning ? POLL_MS : undefined });
  const [more, setMore] = useState<readonly StepView[]>([]);
  const steps = first.data?.items;
  const controls = steps?.filter(hasInside) ?? [];
  const seen = controls.map(({ path, status }) => `${path} ${status}`).join("\n");
  useEffect(() => {
    let isWanted = true;
    async function look(): Promise<void> {
      setMore([]);
      const found = await insideOf(base, controls);
      if (isWanted) setMore(found);
    }
    void look();
    return () => {
      isWanted = false;
    };
  }, [base, seen]);
  return { steps: steps && [...steps, ...more], error: first.error, reload: first.reload };
}

/** Those of lists that cannot be read are left out: the item's own steps are there. */
async function insideOf(base: string, controls: readonly StepView[]): Promise<StepView[]> {
  const found: StepView[] = [];
  const open = [...controls];
  for (let asked = 0; asked < LISTS_MAX; asked++) {
    const parent = open.shift();
    if (!parent) break;
    const answer = await read<Page<StepView>>(
      address(`${base}/steps`, { parent: parent.path, limit: PAGE }),
    ).catch(() => undefined);
    const items = answer?.data.items ?? [];
    found.push(...items);
    open.push(...items.filter((one) => one.index !== undefined || hasInside(one)));
  }
  return found;
}
