import type { Caller, Permission } from "../../auth/roles.ts";
import type { Env } from "../../env.ts";
import type { Query } from "./read.ts";
import type { Xml } from "../../core/xml.ts";
import type { Element } from "./xml.ts";

/** What an operation works with. The caller may do it, and the names are names. */
export interface MnsCall {
  readonly env: Env;
  readonly caller: Caller;
  /** Scheme and host, as the client sees them. */
  readonly origin: string;
  readonly names: Names;
  readonly query: Query;
  readonly headers: Headers;
  /** The body's root element; undefined without a body. */
  readonly body: Element | undefined;
}

/** Names in the path; empty where it has none. */
export interface Names {
  readonly queue: string;
  readonly topic: string;
  readonly subscription: string;
}

export interface MnsAnswer {
  readonly status: number;
  readonly body?: Xml;
  /** Address of what was made. */
  readonly location?: string;
}

/** One operation of MNS. */
export interface Operation {
  readonly name: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  /** Where several operations share method and path. */
  readonly when?: (query: Query) => boolean;
  readonly access: Permission;
  /** It stands in the audit log. */
  readonly audited?: boolean;
  handle(call: MnsCall): Promise<MnsAnswer>;
}

export const NO_CONTENT: MnsAnswer = { status: 204 };
