import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const depths: Pick<Words, "depth"> = {
  depth: {
    title: "队列深度",
    ready: "待领取",
    inFlight: "处理中",
    spans: { hours: "3 小时", day: "24 小时", week: "7 天" },
    span: "时间",
    label: (most) => `待领取或处理中的消息最多 ${number(most)} 条。`,
    events: {
      failing: (worker) => `${worker} 开始失败`,
      draining: (worker) => `${worker} 暂停派发`,
      paused: (_worker) => "队列已暂停",
    },
    from: "开始",
    waited: "等待",
    in: "进入",
    out: "离开",
    inHour: "最近一小时进入",
    outHour: "最近一小时离开",
    aMinute: (n) => `每分钟 ${number(n)} 条`,
  },
};
