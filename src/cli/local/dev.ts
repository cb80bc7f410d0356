import { Client } from "../client.ts";
import { onEnd } from "./on-end.ts";
import { readOptions } from "./options.ts";
import { startService } from "./service.ts";
import { signInAddress } from "./sign-in.ts";

/** `npm run dev`: the service alone, until it is told to end; changes of the code come in while it runs. */
export async function dev(args: readonly string[]): Promise<number> {
  const options = readOptions(args, "dev");
  const service = await startService({ ...options, watch: true });
  console.log(`ready ${service.credentials.url}`);
  console.log(`console ${await signInAddress(new Client(service.credentials))}`);
  const reason = await onEnd(service.ended);
  await service.stop();
  if (reason === "asked") return 0;
  console.error("the service ended by itself: see service.log in the data folder");
  return 1;
}
