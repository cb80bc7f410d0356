import { quoted } from "../../worker/unit.ts";

const FIRST_FREE_PORT = 1024;

export interface Unit {
  /** The program with its whole paths, and all that it is told. */
  readonly words: readonly string[];
  readonly port: number;
  /** Whose process it is. */
  readonly user: string;
}

/** A systemd unit that serves with these very arguments. */
export function unitFile({ words, port, user }: Unit): string {
  const right = port < FIRST_FREE_PORT ? "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" : "";
  return `[Unit]
Description=Millrace
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${words.map(quoted).join(" ")}
User=${user}
Restart=always
RestartSec=2
# The supervisor is told first, and ends workerd itself.
KillMode=mixed
TimeoutStopSec=15
# Each object that is awake has its files open.
LimitNOFILE=1048576
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
${right}
[Install]
WantedBy=multi-user.target
`;
}
