import * as z from "zod";
import { listedSize } from "../../../core/flow/summary.ts";
import { given } from "../../../core/given.ts";
import { pageOf } from "../../../core/lists.ts";
import { toRfc3339 } from "../../../core/time.ts";
import {
  type StoredFlow,
  changeFlow,
  deleteFlow,
  findFlow,
  listFlows,
  storeFlow,
} from "../../../service/flow-calls.ts";
import { type Action, type ActionRequest, action } from "../action.ts";
import { derivedId } from "../derived-id.ts";
import { errorOf } from "../errors.ts";
import { description, freeText, limit, name, nextToken, onlyDefault, text } from "../fields.ts";

/** Both mean the one language there is. */
const type = z.enum(["FDL", "DEFAULT"], "must be FDL, or DEFAULT, which is the same");

/** A flow's environment belongs to the newer definition language; an empty one says nothing. */
const environment = onlyDefault("", "{}", '{"Variables":[]}');

const settings = { RoleArn: freeText.optional(), ExternalStorageLocation: freeText.optional() };

interface Settings {
  readonly RoleArn?: string | undefined;
  readonly ExternalStorageLocation?: string | undefined;
}

function settingsOf({ RoleArn, ExternalStorageLocation }: Settings) {
  return {
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
    ...(ExternalStorageLocation !== undefined && { externalStorageLocation: ExternalStorageLocation }),
  };
}

/** The flow as all actions show it; some say less. */
async function toFlow({ flow, version }: StoredFlow) {
  const { name: Name, generation, mode = "Standard" } = flow;
  return {
    Name,
    Description: version.description ?? "",
    Definition: version.definition,
    Type: "FDL",
    RoleArn: version.settings?.roleArn ?? "",
    ExternalStorageLocation: version.settings?.externalStorageLocation ?? "",
    Id: await derivedId("flow", Name, String(generation), String(flow.createdAt)),
    ExecutionMode: mode,
    CreatedTime: toRfc3339(flow.createdAt),
    LastModifiedTime: toRfc3339(flow.updatedAt),
  };
}

async function stored(env: ActionRequest<unknown>["env"], flow: string): Promise<StoredFlow> {
  const found = await findFlow(env, flow);
  if (!found.ok) throw errorOf(found);
  return found;
}

export const flowActions: readonly Action[] = [
  action({
    name: "CreateFlow",
    does: "Stores a definition under a new name",
    needs: "operate",
    replay: "refused",
    parameters: {
      Name: name,
      Definition: text,
      Description: description,
      Type: type,
      ExecutionMode: z.enum(["Standard", "Express"], "must be Standard or Express").optional(),
      Environment: environment,
      ...settings,
    },
    async handle({ env, nonce, parameters }) {
      const { Name, Definition, Description, ExecutionMode } = parameters;
      const outcome = await storeFlow(env, {
        name: Name,
        definition: Definition,
        description: Description,
        settings: settingsOf(parameters),
        ...(ExecutionMode && { mode: ExecutionMode }),
        expects: "none",
        nonce,
      });
      if (!outcome.ok) throw errorOf(outcome);
      return toFlow(await stored(env, Name));
    },
  }),
  action({
    name: "UpdateFlow",
    does: "Changes what is given, keeps the rest",
    needs: "operate",
    replay: "refused",
    parameters: {
      Name: name,
      Definition: text.optional(),
      Description: description.optional(),
      Type: type.optional(),
      Environment: environment,
      ...settings,
    },
    async handle({ env, nonce, parameters }) {
      const { Name, Definition, Description } = parameters;
      const outcome = await changeFlow(env, Name, {
        ...(Definition !== undefined && { definition: Definition }),
        ...(Description !== undefined && { description: Description }),
        settings: settingsOf(parameters),
        nonce,
      });
      if (!outcome.ok) throw errorOf(outcome);
      const { ExecutionMode: _, ...flow } = await toFlow(await stored(env, Name));
      return flow;
    },
  }),
  action({
    name: "DeleteFlow",
    does: "Deletes a flow with its schedules, stops what runs of it",
    needs: "operate",
    replay: "refused",
    parameters: { Name: name },
    async handle({ env, nonce, parameters }) {
      const outcome = await deleteFlow(env, parameters.Name, nonce);
      if (!outcome.ok) throw errorOf(outcome);
      return {};
    },
  }),
  action({
    name: "DescribeFlow",
    does: "A flow with its definition",
    needs: "read",
    replay: "harmless",
    parameters: { Name: name, FlowVersion: onlyDefault("", "LATEST") },
    handle: async ({ env, parameters }) => toFlow(await stored(env, parameters.Name)),
  }),
  action({
    name: "ListFlows",
    does: "Flows by name",
    needs: "read",
    replay: "harmless",
    parameters: { Limit: limit, NextToken: nextToken(/^[\w-]{1,128}$/) },
    async handle({ env, parameters: { Limit, NextToken } }) {
      const { items, cursor } = await listFlows(env, Limit, NextToken);
      // What is listed has its definition here, so there may be room for fewer of them.
      const page = pageOf(
        items,
        Limit,
        ({ description: of, definitionSize }) => listedSize(of) + definitionSize,
      );
      const found = await Promise.all(page.items.map(({ name: flow }) => findFlow(env, flow)));
      const flows = found.filter((one) => one.ok);
      const next = page.more ? page.items.at(-1)?.name : cursor;
      return { Flows: await Promise.all(flows.map(toFlow)), ...given({ NextToken: next }) };
    },
  }),
];
