import { readFileSync } from "node:fs";
import Mns from "@alicloud/mns";
import type { Service } from "./service.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export function credentialsOf(service: Service): Credentials {
  return JSON.parse(readFileSync(service.credentialsFile, "utf8")) as Credentials;
}

/** The vendor's own client, pointed at the service; the account may be any. */
export function newMnsClient(
  service: Service,
  { accessKeyId, accessKeySecret } = credentialsOf(service),
): Mns {
  return new Mns("1234567890", { endpoint: service.url, accessKeyId, accessKeySecret });
}
