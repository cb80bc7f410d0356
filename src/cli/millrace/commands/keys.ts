import { chmodSync, closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { ROLES } from "../../../core/directory/access-keys.ts";
import { messageOf } from "../../../core/result.ts";
import { description } from "../../../http/contract/common.ts";
import {
  accessKey,
  accessKeyWithSecret,
  auditAnswer,
  auditQuery,
  createKeyBody,
  keysAnswer,
  keysQuery,
  rotateKeyBody,
} from "../../../http/contract/keys.ts";
import { UsageError } from "../../usage-error.ts";
import { type Build, command, group } from "../command.ts";
import { record, table, time } from "../format.ts";
import { readOptions } from "../options.ts";
import type { Said } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";

const ARGS = { key: "id of the access key" };
const SAVE = [
  "--save <file>",
  "write address, id and secret into this file, and do not show the secret",
] as const;
const OWNER_ONLY = 0o600;

function pathOf(key = ""): string {
  return `/v1/keys/${encodeURIComponent(key)}`;
}

/** Sees to it that a secret can be written down, before there is one; a file that is not to be lost must not be there. */
async function withFile<T>(file: unknown, isNew: boolean, make: () => Promise<T>): Promise<T> {
  if (typeof file !== "string") return make();
  const isThere = existsSync(file);
  if (isThere && isNew) {
    throw new UsageError(
      `${file} is there already, perhaps with another key's only secret: name another file`,
    );
  }
  try {
    closeSync(openSync(file, "a", OWNER_ONLY));
  } catch (error) {
    throw new UsageError(`${file} cannot be written, so nothing was done: ${messageOf(error)}`);
  }
  try {
    return await make();
  } catch (error) {
    if (!isThere) rmSync(file, { force: true });
    throw error;
  }
}

/** The one time that a secret can be seen. */
function saySecret(url: string, key: z.output<typeof accessKeyWithSecret>, file: unknown): Said {
  const { accessKeyId, accessKeySecret, role } = key;
  if (typeof file !== "string") {
    const notes = ["This is the only time that the secret is shown."];
    return { json: key, text: () => `${accessKeyId}.${accessKeySecret}`, notes };
  }
  try {
    writeFileSync(file, `${JSON.stringify({ url, accessKeyId, accessKeySecret }, null, 2)}\n`, {
      mode: OWNER_ONLY,
    });
    chmodSync(file, OWNER_ONLY);
  } catch (error) {
    throw new UsageError(
      `key ${accessKeyId} is made, but ${file} cannot be written (${messageOf(error)}): rotate the key to see a secret`,
    );
  }
  const { accessKeySecret: _, ...shown } = key;
  return { json: { ...shown, savedIn: file }, text: () => `${accessKeyId} (${role}), saved in ${file}` };
}

const create = command({
  usage: "create",
  calls: ["POST /v1/keys"],
  summary: "Create an access key; its secret is shown this once",
  // Which role goes with queues is the contract's to say.
  options: z.strictObject({
    role: z.enum(ROLES).describe("What the key may do"),
    queues: z
      .array(z.string())
      .optional()
      .describe("Of a worker: the queues it may use; team-* for all that begin so"),
    workers: z
      .array(z.string())
      .optional()
      .describe("Of a worker: the names it may give itself; absent: any"),
    description: description.optional(),
  }),
  flags: [SAVE],
  examples: [
    "keys create --role viewer",
    "keys create --role worker --queues workers --description 'rack 4' --save worker.json",
    "keys create --role worker --queues commands --workers north --save north.json",
  ],
  async run({ client, options, flags }) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const body = readOptions(createKeyBody, Object.fromEntries(given));
    const created = await withFile(flags.save, true, () =>
      client.call({ method: "POST", path: "/v1/keys", body }, accessKeyWithSecret),
    );
    return saySecret(client.url, created, flags.save);
  },
});

const rotate = command({
  usage: "rotate <key>",
  calls: ["POST /v1/keys/{key}/rotate"],
  summary: "Give a key a new id and secret",
  args: ARGS,
  options: rotateKeyBody,
  flags: [SAVE],
  examples: ["keys rotate mrkey1 --grace-seconds 3600"],
  async run({ client, args: { key }, options: body, flags }) {
    const rotated = await withFile(flags.save, false, () =>
      client.call({ method: "POST", path: `${pathOf(key)}/rotate`, body }, accessKeyWithSecret),
    );
    return saySecret(client.url, rotated, flags.save);
  },
});

const get = command({
  usage: "get <key>",
  calls: ["GET /v1/keys/{key}"],
  summary: "Show an access key, without its secret",
  args: ARGS,
  examples: ["keys get mradmin1"],
  async run({ client, args: { key } }) {
    const found = await client.call({ method: "GET", path: pathOf(key) }, accessKey);
    const { accessKeyId, role, queues, workers, disabled, createdAt, description: words } = found;
    return {
      json: found,
      text: (output) =>
        record(output, {
          key: accessKeyId,
          role,
          queues: queues?.join(", "),
          workers: workers?.join(", "),
          state: disabled ? "disabled" : "enabled",
          created: time(createdAt),
          description: words,
        }),
    };
  },
});

const list = command({
  usage: "list",
  calls: ["GET /v1/keys"],
  summary: "List access keys, without their secrets",
  options: keysQuery,
  flags: [ALL],
  examples: ["keys list"],
  async run({ client, options, flags }) {
    const page = await readPages(client, "/v1/keys", options, keysAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["ID", ({ accessKeyId }) => accessKeyId],
            ["ROLE", ({ role }) => role],
            ["QUEUES", ({ queues }) => queues?.join(", ")],
            ["WORKERS", ({ workers }) => workers?.join(", ")],
            ["STATE", ({ disabled }) => (disabled ? output.paint("yellow", "disabled") : "enabled")],
            ["CREATED", ({ createdAt }) => time(createdAt)],
            ["DESCRIPTION", (one) => one.description],
          ],
          "no keys",
        ),
      notes: moreNotes(page),
    };
  },
});

function setDisabled(action: "disable" | "enable"): Build {
  return command({
    usage: `${action} <key>`,
    calls: [`POST /v1/keys/{key}/${action}`],
    summary:
      action === "disable"
        ? "Let nobody in with a key, within 30 seconds"
        : "Let a key in again, within 30 seconds",
    args: ARGS,
    examples: [`keys ${action} mrkey1`],
    async run({ client, args: { key } }) {
      const changed = await client.call(
        { method: "POST", path: `${pathOf(key)}/${action}`, body: {} },
        accessKey,
      );
      return {
        json: changed,
        text: () => `${changed.accessKeyId}: ${changed.disabled ? "disabled" : "enabled"}`,
      };
    },
  });
}

const remove = command({
  usage: "delete <key>",
  calls: ["DELETE /v1/keys/{key}"],
  summary: "Delete an access key",
  args: ARGS,
  examples: ["keys delete mrkey1"],
  async run({ client, args: { key = "" } }) {
    await client.call({ method: "DELETE", path: pathOf(key) }, z.undefined());
    return { json: { deleted: key }, text: () => `${key}: deleted` };
  },
});

export const keyCommands = group("keys", "Access keys: who may do what", [
  list,
  get,
  create,
  rotate,
  setDisabled("disable"),
  setDisabled("enable"),
  remove,
]);

export const audit = command({
  usage: "audit",
  calls: ["GET /v1/audit"],
  summary: "Show who changed what, and when, newest first",
  options: auditQuery,
  flags: [ALL],
  examples: ["audit --from 24h", "audit --access-key-id mradmin1 --all --json"],
  async run({ client, options, flags }) {
    const page = await readPages(client, "/v1/audit", options, auditAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["TIME", ({ at }) => time(at)],
            ["KEY", ({ accessKeyId }) => accessKeyId],
            ["ROLE", ({ role }) => role],
            ["ACTION", ({ action }) => action],
            [
              "TARGET",
              ({ target }) =>
                Object.entries(target)
                  .map(([name, value]) => `${name}=${value}`)
                  .join(" "),
            ],
            ["STATUS", ({ status }) => status],
            ["FROM", ({ from }) => from],
            ["REASON", ({ reason }) => reason],
          ],
          "nothing was changed",
        ),
      notes: moreNotes(page),
    };
  },
});
