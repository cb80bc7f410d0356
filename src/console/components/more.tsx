import type { Paged } from "../api/pages.ts";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { Refused } from "./dialog.tsx";

/** Below a list that goes on. */
export function More({ list }: { readonly list: Paged<unknown> }) {
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
