import { addresses } from "../frame/addresses.ts";
import { starterOf } from "../model/started-by.ts";
import { words } from "../words/index.ts";

/** Who started an execution of a flow. */
export function StarterName({ flow, startedBy }: { readonly flow: string; readonly startedBy: string }) {
  const { kind, name } = starterOf(startedBy);
  const word = words().startedBy[kind];
  const shown =
    kind === "schedule" || kind === "backfill" ? (
      <a class="link" href={addresses.schedule(flow, name.split("/")[0] ?? name)}>
        {name}
      </a>
    ) : (
      <span>{name}</span>
    );
  return (
    <>
      {word !== "" && <span class="quiet">{word} </span>}
      {shown}
    </>
  );
}
