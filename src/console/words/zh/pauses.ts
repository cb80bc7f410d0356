import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const pauses: Words["pauses"] = {
  pause: "暂停",
  resume: "恢复",
  pauseTitle: (name: string) => `暂停 ${name}？`,
  resumeTitle: (name: string) => `恢复 ${name}？`,
  paused: (name: string) => `${name} 已暂停。`,
  resumed: (name: string) => `${name} 已恢复。`,
  reason: "原因",
  reasonHint: "查看者可见，并记入审计日志。",
  since: "暂停于",
  until: "直到",
  untilHint: "留空则直到有人恢复。",
  overAlready: "这个时间已经过去。",
  executionSays:
    "恢复之前不再启动任何新的步骤：正在运行的继续，其结果照常接收。执行的时限停止计算，任务自身的时限照常计算。",
  executionResumeSays: "立即继续，期间到期的一并执行。",
  starts: "期间的启动请求",
  hold: "排队等待",
  refuse: "直接拒绝",
  flowSays: "恢复之前不再启动任何执行，无论来自人工、调度还是其他流程。正在运行的继续。",
  flowResumeSays: (n: number) => `重新开始启动。${number(n)} 个等待中的先启动，每秒至多 1,000 个。`,
  held: (n: number) => `${number(n)} 个启动在等待`,
  heldFor: {
    flowPaused: "所属流程已暂停：恢复后，排在它前面的先启动，然后轮到它。",
    line: "所属流程曾暂停：排在它前面的先启动，每秒至多 1,000 个。",
  },
  refused: "启动请求被拒绝",
  by: "操作者",
  queueSays: "恢复之前没有人能接收消息。发来的消息会等待，已取走的消息仍归取走者，任务的时限照常计算。",
  queueResumeSays: (n: number) => `工作机立即重新取得消息：${number(n)} 条就绪。`,
  limited: (n: number) => `这里有 ${number(n)} 个等待的任务设有时限，时限照常计算。`,
};
