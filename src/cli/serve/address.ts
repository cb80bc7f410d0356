import { createServer } from "node:net";
import { UsageError } from "../usage-error.ts";
import type { Certificate } from "./certificate.ts";

/** Where the service listens. */
export interface Address {
  /** A name or an address of this machine; `0.0.0.0` and `::` are all of them. */
  readonly host: string;
  readonly port: number;
}

/** Throws a UsageError with the remedy where nobody can listen. */
export async function refuseTaken({ host, port }: Address): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (code === "EADDRINUSE")
    throw new UsageError(
      `port ${port} of ${host} is in use: end what listens there, or choose another one with --port N`,
    );
  if (code === "EACCES")
    throw new UsageError(
      `port ${port} is not for everybody: choose one from 1024 on with --port N, or give the right to it (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)`,
    );
  if (code !== undefined)
    throw new UsageError(
      `--host ${host} is no address of this machine (${code}): 127.0.0.1 is for itself alone, 0.0.0.0 and :: are all that it has`,
    );
}

/** As workerd reads it. */
export function listenOn({ host, port }: Address): string {
  return `${inBrackets(host)}:${port}`;
}

const ALL_ADDRESSES: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** How programs on this machine call it: by HTTPS with a name that the certificate is for. */
export function ownUrl({ host, port }: Address, certificate: Certificate | undefined): string {
  const reached = inBrackets(ALL_ADDRESSES[host] ?? host);
  return certificate ? `https://${certificate.name ?? reached}:${port}` : `http://${reached}:${port}`;
}

function inBrackets(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
