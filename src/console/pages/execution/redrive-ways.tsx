import { address, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { ExecutionHead, FlowWithGraph, StepView } from "../../api/types.ts";
import { SelectChip } from "../../components/chip.tsx";
import { addresses } from "../../frame/addresses.ts";
import { type RedrivePlaces, type RedriveWay, placeText, placesOf, wayTo } from "../../model/redrive-way.ts";
import { words } from "../../words/index.ts";

/** Of visits more than these nobody chooses one by its name. */
const VISITS_READ = 200;

/** Where an execution can go on; undefined until it is known. */
export function usePlaces(flow: string, name: string): RedrivePlaces | undefined {
  const path = pathOf("flows", flow, "executions", name, "steps");
  const { data, error } = useResource<{ readonly items: readonly StepView[] }>(
    address(path, { limit: String(VISITS_READ) }),
  );
  if (data) return placesOf(data.items);
  return error === undefined ? undefined : placesOf([]);
}

interface WaysProps {
  readonly flow: string;
  readonly name: string;
  readonly places: RedrivePlaces;
  readonly hasSucceeded: boolean;
  readonly way: RedriveWay;
  readonly onChoose: (way: RedriveWay) => void;
}

/** Where it goes on, and with which version; the plan says what that does. */
export function Ways({ flow, name, places, hasSucceeded, way, onChoose }: WaysProps) {
  const { redrive: texts } = words();
  const choices = [
    ...(hasSucceeded
      ? []
      : [
          { value: "", title: texts.whereItEnded },
          ...places.steps.map((from) => ({ value: placeText({ from }), title: texts.fromStep(from) })),
        ]),
    ...places.tolerated.map((items) => ({ value: placeText({ items }), title: texts.toleratedOf(items) })),
  ];
  return (
    <div class="filters redrive-ways">
      {choices.length > 1 && (
        <SelectChip
          label={texts.goOn}
          value={placeText(way)}
          choices={choices}
          onChange={(place) => onChoose(wayTo(place, way))}
        />
      )}
      <Version flow={flow} name={name} way={way} onChoose={onChoose} />
    </div>
  );
}

/** Only where there is a newer one than the execution had. */
function Version({ flow, name, way, onChoose }: Pick<WaysProps, "flow" | "name" | "way" | "onChoose">) {
  const { redrive: texts } = words();
  const { data: head } = useResource<ExecutionHead>(pathOf("flows", flow, "executions", name));
  const { data: stored } = useResource<FlowWithGraph>(pathOf("flows", flow));
  if (!head || !stored || stored.version <= head.version) return null;
  const { version: _, ...place } = way;
  const differs = new URLSearchParams({
    tab: "versions",
    from: String(head.version),
    to: String(stored.version),
  });
  return (
    <>
      <SelectChip
        label={texts.version}
        value={way.version === undefined ? "" : String(way.version)}
        choices={[
          { value: "", title: texts.versionKept(head.version) },
          { value: String(stored.version), title: texts.versionNewest(stored.version) },
        ]}
        onChange={(version) => onChoose(version === "" ? place : { ...place, version: Number(version) })}
      />
      <a class="link" href={`${addresses.flow(flow)}?${differs.toString()}`}>
        {texts.whatDiffers}
      </a>
    </>
  );
}
