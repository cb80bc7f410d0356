import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const weekWords: Pick<Words, "week"> = {
  week: {
    tab: "周视图",
    title: (from, to) => `${from} 至 ${to}`,
    before: "上一周",
    after: "下一周",
    label: "一周中每小时的启动",
    hour: (when, n) => (n === 0 ? `${when}：没有启动` : `${when}：启动 ${number(n)} 个执行`),
    noHour: "时钟跳过了这一小时。",
    point: "指向某个小时，或使用方向键；点击可查看其中启动的调度。",
    fullest: (when) => `最拥挤的小时：${when}`,
    starts: (n) => `${number(n)} 次启动`,
    nothing: "这一小时没有调度启动。",
    often: "比每小时更频繁",
    oftenNote: "未计入上表",
  },
};
