import * as z from "zod";
import { type Json, type JsonObject, isJsonObject } from "../json.ts";
import { SECRET_NAME_LENGTH, SECRET_PREFIX_LENGTH } from "../limits.ts";
import type { DocumentPath } from "./diagnostic.ts";
import type { Secret, Secrets } from "./flow.ts";
import type { Reporter } from "./step-definition.ts";

const schema: z.ZodType<Secret> = z.strictObject({
  secret: z.string().regex(new RegExp(`^[A-Za-z][A-Za-z0-9_]{0,${SECRET_NAME_LENGTH - 1}}$`)),
  prefix: z.string().max(SECRET_PREFIX_LENGTH).optional(),
});

const FORM =
  `a secret is written {secret: NAME} or {secret: NAME, prefix: TEXT}: a name has at most ${SECRET_NAME_LENGTH} ` +
  `letters, digits and "_" and begins with a letter, a prefix at most ${SECRET_PREFIX_LENGTH} characters`;

function isMeant(value: Json): boolean {
  return isJsonObject(value) && Object.hasOwn(value, "secret");
}

/**
 * The secrets that stand literally in parameters that take some. What a path leads to is never one: whoever starts a flow
 * could read any of them.
 */
export function readSecrets(params: JsonObject, taking: readonly string[]): Secrets | undefined {
  const found = taking.map((param) => [param, secretsIn(params[param] ?? null)] as const);
  const some = found.filter(([, secrets]) => secrets.size > 0);
  return some.length > 0 ? Object.fromEntries(some) : undefined;
}

function secretsIn(value: Json): Map<string, Secret> {
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([key, entry]) => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? [[key, parsed.data] as const] : [];
    }),
  );
}

/** Reports secrets that are written wrongly, that are not there, and that stand where none is put in. */
export function checkSecrets(
  value: Json,
  path: DocumentPath,
  takesSecrets: boolean,
  reporter: Reporter,
): void {
  if (!takesSecrets) {
    checkUnread(value, path, reporter);
    return;
  }
  for (const [key, entry] of isJsonObject(value) ? Object.entries(value) : []) {
    if (isMeant(entry)) checkSecret(entry, [...path, key], reporter);
  }
}

function checkSecret(entry: Json, path: DocumentPath, reporter: Reporter): void {
  const parsed = schema.safeParse(entry);
  if (!parsed.success) {
    reporter.report("InvalidValue", path, FORM);
    return;
  }
  const { secret } = parsed.data;
  if (reporter.knowsSecret(secret)) return;
  const message = `the service has no secret "${secret}": set MILLRACE_SECRET_${secret}, or the task fails`;
  reporter.report("SecretNotFound", [...path, "secret"], message);
}

function checkUnread(value: Json, path: DocumentPath, reporter: Reporter): void {
  if (schema.safeParse(value).success) {
    const message = "this goes out as it stands: secrets are put into Headers and Query of HTTP tasks only";
    reporter.report("SecretNotRead", path, message);
  } else if (Array.isArray(value)) {
    for (const [index, entry] of (value as readonly Json[]).entries())
      checkUnread(entry, [...path, index], reporter);
  } else if (isJsonObject(value)) {
    for (const [key, entry] of Object.entries(value)) checkUnread(entry, [...path, key], reporter);
  }
}
