import type { Env } from "../env.ts";

/** With the port that it called from, as workerd tells it: `192.0.2.1:5000`, `[2001:db8::1]:5000`. */
const WITH_PORT = /^\[?(?:::ffff:(?=\d+\.))?([\d.]+|[\da-f:.]+?)\]?:\d+$/i;

/**
 * The address that a request came from, if that is known. The platform's header counts only where the connection itself
 * does not tell: workerd alone hands on whatever a caller wrote there. Behind a proxy that is trusted, what the proxy added
 * last counts, since all before it came with the request.
 */
export function clientAddress(
  { headers, cf }: Pick<Request, "headers" | "cf">,
  { TRUST_PROXY }: Pick<Env, "TRUST_PROXY">,
): string | undefined {
  const told = TRUST_PROXY === "true" ? headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  if (told) return told;
  const connection: unknown = cf?.clientIp;
  if (typeof connection === "string") return WITH_PORT.exec(connection)?.[1] ?? connection;
  return headers.get("cf-connecting-ip") ?? undefined;
}
