import { type Caller, refused } from "./call.ts";

/** There are no topics here yet, so none is found. */
export const callTopic: Caller<"topic"> = ({ execution: _ }, { resource }) =>
  Promise.resolve(refused("MNS.TopicNotExist", `there is no topic "${resource.topic}"`));
