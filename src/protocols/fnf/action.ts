import * as z from "zod";
import type { MasterKey } from "../../auth/master-key.ts";
import type { Caller, Permission } from "../../auth/roles.ts";
import type { Nonce } from "../../core/durable/nonces.ts";
import { parseJsonValue } from "../../core/schema-words.ts";
import type { Env } from "../../env.ts";
import { FnfError } from "./errors.ts";
import type { Parameters } from "./parameters.ts";

/** What an action works with: everything in it has been checked. */
export interface ActionRequest<P> {
  readonly env: Env;
  readonly parameters: P;
  readonly caller: Caller;
  /** The first one signs; all of them verify. */
  readonly masters: readonly MasterKey[];
  /** For whoever commits the change. */
  readonly nonce: Nonce;
  /** Where the request went, with its port. */
  readonly host: string;
}

type Shape = Readonly<Record<string, z.ZodType>>;

interface ActionOf<S extends Shape> {
  readonly name: string;
  readonly does: string;
  /** What the caller's role must grant. */
  readonly needs: Permission;
  /** By default what operators change stands in the audit log. */
  readonly audited?: boolean;
  /** What a replay of a signed request comes to. */
  readonly replay: "refused" | "harmless";
  readonly parameters: S;
  /** Gives the answer's fields besides RequestId. */
  handle(request: ActionRequest<z.output<z.ZodObject<S>>>): Promise<object>;
}

/** One action of the API: what is read, what is done, what is answered. */
export type Action = ActionOf<Shape>;

/** Ties a handler's types to its schemas, and forgets them again, since actions stand in one table. */
export function action<S extends Shape>(shape: ActionOf<S>): Action {
  return shape;
}

export function isAudited({ audited, needs }: Action): boolean {
  return audited ?? needs === "operate";
}

/**
 * Reads what an action takes; others are passed by, as newer clients may know more. An empty text is as good as none,
 * but where it is a value of its own.
 */
export function readParameters({ parameters: shape }: Action, given: Parameters): Record<string, unknown> {
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const value = given.get(name);
    const isThere = value !== undefined && (value !== "" || schema.safeParse("").success);
    if (isThere) values[name] = value;
    else if (!schema.safeParse(undefined).success) missing.push(name);
  }
  if (missing.length > 0) {
    throw new FnfError("MissingRequiredParams", `required and not given: ${missing.join(", ")}`);
  }
  const parsed = parseJsonValue(z.object(shape), values);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new FnfError("InvalidArgument", issues.join("; "));
}
