import { address, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { FlowVersion, FlowWithGraph } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { SelectChip } from "../../components/chip.tsx";
import { Diff } from "../../components/diff.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { useQuery } from "../../frame/use-query.ts";
import { words } from "../../words/index.ts";

export interface CompareProps {
  readonly flow: string;
  /** Newest first. */
  readonly versions: readonly FlowVersion[];
}

/** What is different in one version from another: the newest from the one before, by default. */
export function CompareVersions({ flow, versions }: CompareProps) {
  const { editor } = words();
  const [{ from, to }, change] = useQuery();
  const [newest, before] = versions;
  const [left, right] = [from ?? String(before?.version), to ?? String(newest?.version)];
  const choices = versions.map(({ version }) => ({ value: String(version), title: `v${version}` }));
  const read = (version: string) => address(pathOf("flows", flow), { version });
  const old = useResource<FlowWithGraph>(read(left));
  const now = useResource<FlowWithGraph>(read(right));
  return (
    <Card
      title={editor.compare}
      isFlush
      actions={
        <div class="filters">
          <SelectChip
            label={editor.compareFrom}
            value={left}
            choices={choices}
            onChange={(version) => change({ from: version })}
          />
          <SelectChip
            label={editor.compareTo}
            value={right}
            choices={choices}
            onChange={(version) => change({ to: version })}
          />
        </div>
      }
    >
      <Loaded resource={old}>
        {(one) => (
          <Loaded resource={now}>
            {(other) => (
              <Diff
                before={one.definition}
                after={other.definition}
                label={`${editor.compare}: v${left}, v${right}`}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Card>
  );
}
