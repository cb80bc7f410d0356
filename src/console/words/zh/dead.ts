import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const dead: Words["dead"] = {
  everywhere: "死信分布",
  everywhereEmpty: "没有被放弃的消息、推送或通知。",
  more: "还有未列出的位置。",
  place: "位置",
  kind: "类型",
  kinds: { queue: "队列", subscription: "订阅", notices: "通知" },
  count: "死信",
  notices: "调度的通知",
  noticesEmpty: "Webhook 收下了调度的全部通知。",
  noticesRule: "Webhook 六小时内没有收下的通知保存在这里，每个调度分片最近 1,000 条，保存七天。",
  noticesSend: "以原有的标识再次通知 Webhook。需要设置 NOTIFY_URL。",
  notice: "通知",
  ofSubscription: (name) => `${name} 的死信`,
  subscriptionEmpty: "发布给它的消息全部送达。",
  subscriptionRule: "订阅方没有收下的消息，或途中消息过多时最早的一条，成为死信。最近 1,000 条保存七天。",
  subscriptionSend: (name) => `它们只发给 ${name}，如同刚刚发布，并保留原有的标识。`,
  pushedOut: "被更新的消息挤出",
  show: (n) => `查看 ${number(n)} 条死信`,
};
