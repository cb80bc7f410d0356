import type { Paged } from "../api/pages.ts";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { Refused } from "./dialog.tsx";

/** Below a list that goes on, or goes without something. */
export function More({ list }: { readonly list: Paged<unknown> }) {
  const { leftOut } = list;
  return (
    <>
      {leftOut.length > 0 && <LeftOutNote leftOut={leftOut} />}
      <MoreRow list={list} />
    </>
  );
}

function LeftOutNote({ leftOut }: Pick<Paged<unknown>, "leftOut">) {
  return (
    <div class="note soft-warn" role="status">
      <div class="says tone-warn">
        {words().common.leftOut}
        <ul class="left-out">
          {leftOut.map(({ name, reason }) => (
            <li key={name}>
              <b>{name}</b>: {reason}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function MoreRow({ list }: { readonly list: Paged<unknown> }) {
  const { loadMore, moreError } = list;
  if (!loadMore) return null;
  return (
    <div class="more-row">
      {moreError !== undefined && <Refused error={moreError} />}
      <Button isSmall onPress={loadMore}>
        {words().common.loadMore}
      </Button>
    </div>
  );
}
