import { signInCodeAnswer } from "../../http/contract/session.ts";
import type { Client } from "../client.ts";

/** An address that signs the local user in once: no key need be copied for that. */
export async function signInAddress(client: Client): Promise<string> {
  const made = await client.call({ method: "POST", path: "/v1/session/code", body: {} }, signInCodeAnswer);
  return made.address;
}
