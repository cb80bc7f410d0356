import { UsageError } from "../../usage-error.ts";
import { type ControlPlace, readControl } from "../control.ts";

/** The server of a data folder, if one runs. */
export async function findServer(data: string): Promise<ControlPlace | undefined> {
  const place = readControl(data);
  if (!place) return undefined;
  // A server that was killed has left its address behind, where anybody may listen by now: only ours knows the secret.
  const isThere = await ask(place, "DELETE").then(
    ({ status }) => status === GONE || status === DONE,
    () => false,
  );
  return isThere ? place : undefined;
}

const GONE = 410;
const DONE = 204;

/** Does something while workerd stands still. Gives for how long it did, in milliseconds. */
export async function whilePaused(server: ControlPlace, work: () => void): Promise<number> {
  const held = await ask(server, "POST");
  if (held.status !== 200) throw new UsageError(`no backup now: ${await held.text()}`);
  const began = performance.now();
  try {
    work();
  } catch (error) {
    await ask(server, "DELETE");
    throw error;
  }
  const { status } = await ask(server, "DELETE");
  await held.body?.cancel();
  if (status !== DONE)
    throw new UsageError("no backup: the service went on, or ended, before all of it was copied; try again");
  return Math.round(performance.now() - began);
}

function ask({ url, secret }: ControlPlace, method: "POST" | "DELETE"): Promise<Response> {
  return fetch(`${url}/pause`, { method, headers: { authorization: secret } });
}
