import { bodyMd5 } from "../../auth/md5.ts";
import { taskMessageId } from "../../auth/task-token.ts";
import { MESSAGE_BODY_BYTES, MESSAGE_TAG_LENGTH } from "../../core/limits.ts";
import { utf8Length } from "../../core/text.ts";
import { type Caller, refused } from "./call.ts";

/** Publishes a message (spec: FDL section 5.4). It is named after the attempt, so a repeat publishes nothing twice. */
export const callTopic: Caller<"topic"> = async ({ env, execution }, call) => {
  const { resource, params, path, attempt } = call;
  const { MessageBody = null, MessageTag: tag = null } = params;
  const body = typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody);
  const isTag = typeof tag === "string" && tag.length > 0 && tag.length <= MESSAGE_TAG_LENGTH;
  if (tag !== null && !isTag) {
    const cause = `serviceParams.MessageTag must be a text of 1 to ${MESSAGE_TAG_LENGTH} characters`;
    return refused("MNS.InvalidArgument", cause);
  }
  if (utf8Length(body) > MESSAGE_BODY_BYTES) return TOO_LARGE;
  const id = await taskMessageId({ execution, path, attempt });
  const outcome = await env.TOPICS.getByName(resource.topic).publish({ id, body, ...(isTag && { tag }) });
  if (!outcome.ok)
    return REFUSALS[outcome.code]?.(resource.topic) ?? refused(`MNS.${outcome.code}`, outcome.detail);
  const output = { MessageId: id, MessageBodyMD5: await bodyMd5(body), RequestId: crypto.randomUUID() };
  return { ok: true, output };
};

const TOO_LARGE = refused("MNS.MessageBodyTooLarge", "the message is larger than the topic allows");

const REFUSALS: Readonly<Record<string, (topic: string) => ReturnType<typeof refused>>> = {
  TopicNotExist: (topic) => refused("MNS.TopicNotExist", `there is no topic "${topic}"`),
  MemoryFull: () =>
    refused("MNS.QpsLimitExceeded", "the topic has as many messages on their way as it can hold"),
  MessageTooLarge: () => TOO_LARGE,
};
