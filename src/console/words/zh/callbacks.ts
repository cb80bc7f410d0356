import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const callbackWords: Pick<Words, "callbacks"> = {
  callbacks: {
    title: "回调",
    step: "步骤",
    asked: "询问对象",
    kind: { topic: "主题", flow: "流程", function: "函数", http: "地址" },
    attempt: (n) => `第 ${number(n)} 次尝试`,
    since: "开始于",
    due: "逾期失败",
    count: (n) => `${number(n)} 个回调待答复`,
    cut: (shown, open) =>
      `共有 ${number(open)} 个待答复，这里显示 ${number(shown)} 个：每个流程中最快到期的和等得最久的。`,
    waits: (n) => `等待 ${number(n)} 个回调`,
    empty: "外部有人被询问，并持有用来答复的令牌：目前没有任务在等这样的答复。",
    emptyHint: "在主题、流程、函数或地址上以 waitForCallback 模式调用的任务会这样等待：",
    noneFound: "没有执行名或流程名包含此内容的回调。",
  },
};
