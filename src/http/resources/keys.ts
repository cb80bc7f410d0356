import { given } from "../../core/given.ts";
import type { AccessKey } from "../../core/directory/access-keys.ts";
import { type Result, assert } from "../../core/result.ts";
import { SECOND_MS, toRfc3339 } from "../../core/time.ts";
import { type KeyWithSecret, changeKey, createKey, rotateKey } from "../../service/key-calls.ts";
import { askDirectory } from "../../service/objects.ts";
import { nothing } from "../contract/common.ts";
import {
  accessKey,
  accessKeyWithSecret,
  auditAnswer,
  auditQuery,
  createKeyBody,
  keyParams,
  keysAnswer,
  keysQuery,
  rotateKeyBody,
} from "../contract/keys.ts";
import { problemOf } from "../problem.ts";
import { fitPage } from "../page.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";

const PATH = "/v1/keys/{key}";

function toKey({ id, previousUntil, ...key }: AccessKey) {
  const isPreviousGood = previousUntil !== undefined && previousUntil > Date.now();
  return {
    accessKeyId: id,
    ...withTimes(key),
    ...(isPreviousGood && { previousUntil: toRfc3339(previousUntil) }),
  };
}

function withSecret(outcome: Result<KeyWithSecret>) {
  if (!outcome.ok) throw problemOf(outcome);
  return { ...toKey(outcome.key), accessKeySecret: outcome.secret };
}

function setDisabled(action: "disable" | "enable"): Route {
  const isDisabled = action === "disable";
  return route({
    id: `${action}Key`,
    method: "POST",
    path: `${PATH}/${action}`,
    summary: isDisabled
      ? "Lets nobody in with this key, within 30 seconds"
      : "Lets this key in again, within 30 seconds",
    access: "administer",
    params: keyParams,
    query: nothing,
    body: nothing,
    answers: { 200: accessKey },
    problems: isDisabled ? ["KeyNotExists", "LastAdminKey"] : ["KeyNotExists"],
    async handle({ env, params }) {
      const outcome = await changeKey(env, { type: "setKeyDisabled", id: params.key, disabled: isDisabled });
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toKey(outcome.key) };
    },
  });
}

export const keyRoutes: readonly Route[] = [
  route({
    id: "createKey",
    method: "POST",
    path: "/v1/keys",
    summary: "Creates an access key; its secret is shown this once",
    access: "administer",
    params: nothing,
    query: nothing,
    body: createKeyBody,
    answers: { 201: accessKeyWithSecret },
    problems: ["TooManyKeys"],
    async handle({ env, body: asked, caller, masters: [master] }) {
      assert(master, "nobody is let in without a master key");
      const { role, ...rest } = asked;
      const wanted = { role, ...given(rest) };
      const created = await createKey(env, master, caller.accessKeyId, wanted);
      const body = withSecret(created);
      return { status: 201, body, made: { key: body.accessKeyId, role: asked.role } };
    },
  }),
  route({
    id: "listKeys",
    method: "GET",
    path: "/v1/keys",
    summary: "Access keys by id, without their secrets",
    access: "administer",
    params: nothing,
    query: keysQuery,
    answers: { 200: keysAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor = "" } }) {
      const keys = await askDirectory(env, (directory) => directory.keys());
      const behind = keys.filter(({ id }) => id > cursor);
      const items = behind.slice(0, limit);
      const more = behind.length > limit ? { cursor: items.at(-1)?.id } : {};
      return {
        status: 200,
        body: fitPage({ items, ...more }, ({ id }) => id, toKey),
      };
    },
  }),
  route({
    id: "getKey",
    method: "GET",
    path: PATH,
    summary: "An access key, without its secret",
    access: "administer",
    params: keyParams,
    query: nothing,
    answers: { 200: accessKey },
    problems: ["KeyNotExists"],
    async handle({ env, params: { key: id } }) {
      const key = await askDirectory(env, (directory) => directory.key(id));
      if (!key)
        throw problemOf({ ok: false, code: "KeyNotExists", detail: `there is no access key "${id}"` });
      return { status: 200, body: toKey(key) };
    },
  }),
  route({
    id: "deleteKey",
    method: "DELETE",
    path: PATH,
    summary: "Deletes an access key; within 30 seconds nobody is let in with it",
    access: "administer",
    params: keyParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["KeyNotExists", "LastAdminKey"],
    async handle({ env, params }) {
      const outcome = await changeKey(env, { type: "deleteKey", id: params.key });
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 204 };
    },
  }),
  route({
    id: "rotateKey",
    method: "POST",
    path: `${PATH}/rotate`,
    summary: "Gives a key a new id and secret; the old ones hold on for as long as asked",
    access: "administer",
    params: keyParams,
    query: nothing,
    body: rotateKeyBody,
    answers: { 200: accessKeyWithSecret },
    problems: ["KeyNotExists"],
    async handle({ env, params, body, masters: [master] }) {
      assert(master, "nobody is let in without a master key");
      const rotated = await rotateKey(env, master, params.key, body.graceSeconds * SECOND_MS);
      const answer = withSecret(rotated);
      return { status: 200, body: answer, made: { newKey: answer.accessKeyId } };
    },
  }),
  setDisabled("disable"),
  setDisabled("enable"),
  route({
    id: "listAuditEntries",
    method: "GET",
    path: "/v1/audit",
    summary: "Who changed what, when, and from where; newest first",
    access: "administer",
    params: nothing,
    query: auditQuery,
    answers: { 200: auditAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor, from, to, accessKeyId } }) {
      const page = await askDirectory(env, (directory) =>
        directory.auditPage({
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(from !== undefined && { from: toInstant(from) }),
          ...(to !== undefined && { to: toInstant(to) }),
          ...(accessKeyId !== undefined && { accessKeyId }),
        }),
      );
      return { status: 200, body: { ...page, items: page.items.map(withTimes) } };
    },
  }),
];
