import type * as z from "zod";
import type { Caller, Permission } from "../auth/roles.ts";
import type { MasterKey } from "../auth/master-key.ts";
import type { Session } from "../auth/session.ts";
import type { Env } from "../env.ts";
import type { ProblemCode } from "./problem.ts";
import type { Visit } from "./session/visit.ts";

export type Method = "GET" | "PUT" | "PATCH" | "POST" | "DELETE";

/** What a handler works with: everything in it has been checked. */
export interface RouteRequest<P, Q, B> {
  readonly env: Env;
  /** Of this request, as its answer tells. */
  readonly requestId: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly headers: Headers;
  readonly visit: Visit;
  /** The address that the caller called from, where that is known. */
  readonly from?: string;
  readonly caller: Caller;
  /** Absent: the caller sent a key. */
  readonly session?: Session;
  /** The first one signs; all of them verify. */
  readonly masters: readonly MasterKey[];
}

export interface RouteAnswer {
  readonly status: number;
  /** A stream is the text of JSON, with marks in the place of task tokens. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of all that: a socket. */
  readonly socket?: Response;
  /** For the audit log: names of what was made that the path does not have. */
  readonly made?: Readonly<Record<string, string>>;
}

/** Who may call: whose key grants this. A task token in the body is proof enough for a report. */
export type Access = Permission | "taskToken" | "public";

interface RouteShape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  /** The operation's name in the API's document, and so in the clients that are made from it; it never changes. */
  readonly id: string;
  readonly method: Method;
  /** As in OpenAPI: `/v1/flows/{flow}`. */
  readonly path: string;
  readonly summary: string;
  /** By default GET needs a key that may read, anything else one that may operate. */
  readonly access?: Access;
  /** By default what operators and administrators change stands in the audit log. */
  readonly audited?: boolean;
  readonly params: P;
  readonly query: Q;
  /** Absent: the request has no body. */
  readonly body?: B;
  /** A body of this type is taken as text, under this key of the body. */
  readonly textBody?: { readonly types: readonly string[]; readonly key: string };
  /** Of good answers that are text and no JSON. */
  readonly textType?: string;
  /** Shapes of the good answers by status. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>;
  /** Of a socket: the shapes of what is heard from the caller, and of what he is told. */
  readonly frames?: { readonly heard: z.ZodType; readonly told: z.ZodType };
  /** Good answers have a tag, and whoever has this one already gets 304: for what is asked for again and again. */
  readonly isTagged?: boolean;
  /** The answer hands task tokens to a worker; in all others tokens are masked, wherever they come from. */
  readonly handsOutTokens?: boolean;
  /** Problems besides those that every route can have. */
  readonly problems: readonly ProblemCode[];
  handle(request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>>): Promise<RouteAnswer>;
}

/** One operation of the API: what is read, what is done, what is answered. */
export type Route = RouteShape<z.ZodType, z.ZodType, z.ZodType>;

/** Ties a handler's types to its schemas; the cast forgets them again, since routes stand in one table. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType = z.ZodUndefined>(
  shape: RouteShape<P, Q, B>,
): Route {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- readRequest hands over what these schemas gave
  return shape;
}

export function accessOf({ access, method }: Route): Access {
  return access ?? (method === "GET" ? "read" : "operate");
}

export function isAudited(operation: Route): boolean {
  const isChange = operation.method !== "GET" && ["operate", "administer"].includes(accessOf(operation));
  return operation.audited ?? isChange;
}
