import { useLocation } from "preact-iso";
import { addresses } from "../../frame/addresses.ts";
import { Editor } from "./editor.tsx";

export default function NewFlow() {
  const { route } = useLocation();
  return <Editor onStored={(flow) => route(addresses.flow(flow))} />;
}
