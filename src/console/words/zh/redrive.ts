import type { Words } from "../en/index.ts";
import { listIn, numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");
const list = listIn("zh-CN");

export const redrive: Words["redrive"] = {
  retry: "重试",
  retryItems: (n) => `重试 ${number(n)} 项`,
  retryTasks: (n) => `重试 ${number(n)} 个任务`,
  retryAll: "重试所有未成功的部分",
  title: (name) => `重试 ${name}？`,
  says: "同一执行将继续。已成功的保留，不再运行；失败、被停止或尚未开始的全部执行，重试次数和时限重新计算。",
  itemsRun: (run, kept) => `运行 ${number(run)} 项，保留 ${number(kept)} 项`,
  tasksRun: (n) => `运行 ${number(n)} 个任务`,
  stepsRun: (steps) => `运行 ${list(steps)}`,
  waitsGoOn: (n) => `${number(n)} 个等待继续`,
  thenRun: (steps) => `然后 ${list(steps)}`,
  goOn: "继续方式",
  whereItEnded: "从结束处",
  fromStep: (step) => `从 ${step} 重新开始`,
  toleratedOf: (step) => `重试 ${step} 的失败项`,
  version: "版本",
  versionKept: (version) => `v${version}，沿用原版本`,
  versionNewest: (version) => `v${version}，最新`,
  whatDiffers: "查看差异",
  saysFrom: (step) =>
    `同一执行将从 ${step} 继续，该步骤取其上次进入时的数据，其后的步骤全部重新运行；之前的步骤保留。`,
  saysItems: (step) => `${step} 中失败但被容忍的项将重新运行，其余保留；随后其后的步骤全部重新运行。`,
  comma: "，",
  nothingRuns: "除结束外没有剩余工作",
  begins: "从以下步骤开始",
  children: "其任务所等待的执行",
  childrenGoOn: "一并继续",
  childrenNew: "另行启动",
  reason: "原因",
  reasonHint: "记入执行事件和审计日志，可留空。",
  force: "仍然重试",
  goesOn: (name) => `${name} 继续执行。`,
  retried: (n) => `已重试 ${number(n)} 次`,
  retriedAt: (n) => (n === 1 ? "已重试 1 次，于" : `已重试 ${number(n)} 次，最近于`),
};
