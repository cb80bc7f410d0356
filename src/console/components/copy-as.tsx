import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { copyText } from "./copy.ts";

/** What a dialog is about to do, for a terminal. */
export function CopyAs({ curl, cli }: { readonly curl: string; readonly cli: string }) {
  const { common } = words();
  return (
    <div class="copy-as">
      <Button icon="copy" kind="quiet" isSmall onPress={() => void copyText(curl)}>
        {common.copyCurl}
      </Button>
      <Button icon="copy" kind="quiet" isSmall onPress={() => void copyText(cli)}>
        {common.copyCli}
      </Button>
    </div>
  );
}
