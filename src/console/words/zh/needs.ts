import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const needs: Words["needs"] = {
  acknowledge: "认领",
  acknowledgeTitle: (name) => `由您处理 ${name}？`,
  acknowledgeBody: "对所有人折叠显示，并注明认领人，直到有新的情况。其他一切不变。",
  note: "备注",
  noteHint: "告诉其他人正在做什么。",
  acknowledged: (name) => `已认领 ${name}。`,
  handled: (n) => `${number(n)} 项已认领`,
  takeBack: "撤回",
  takenBack: (name) => `${name} 重新等待处理。`,
  itemsFailed: (failed, of) => `${number(of)} 项中 ${number(failed)} 项失败。`,
  on: "机器",
  says: {
    executionFailed: ({ count }) =>
      count > 1 ? `最近 ${number(count)} 次执行均未成功。` : "此后启动的执行还没有成功的。",
    executionTimedOut: ({ count }) =>
      count > 1 ? `最近 ${number(count)} 次执行均未成功。` : "没有在流程的时限内结束。",
    scheduleMissed: ({ count }) =>
      count > 1 ? `最近 ${number(count)} 次都没有启动。` : "该运行的没有运行。",
    scheduleLate: () => "没有守住承诺。",
    scheduleNoFuture: () => "已启用，但再也没有会启动的时间。",
    scheduleParked: () => "出了问题，不再启动任何执行。",
    queueWithoutWorkers: ({ count }) => `${number(count)} 条消息在等待，却没有工作机来取。`,
    oldMessage: ({ count }) => `${number(count)} 条消息在等待，最早的一条等得太久。`,
    deadLetters: ({ count }) => `${number(count)} 条死信。`,
    deadNotifications: ({ count }) => `有 ${number(count)} 条消息没有送达，已成为死信。`,
    deadNotices: ({ count }) => `Webhook 没有收下调度的 ${number(count)} 条通知。`,
    oldBacklog: ({ count }) => `${number(count)} 条消息正在途中，最早的一条等得太久。`,
    backlogNearLimit: ({ count, of }) =>
      `${number(count)} 条消息正在途中；超过 ${number(of)} 条后，最早的会成为死信。`,
    callbackDue: ({ count, step, asked }) =>
      count > 1 ? `${number(count)} 个任务在等答复，即将超时。` : `${step} 在等 ${asked} 的答复，即将超时。`,
    callbackLong: ({ count, step, asked }) =>
      count > 1 ? `${number(count)} 个任务等答复已超过一天。` : `${step} 等 ${asked} 的答复已超过一天。`,
    workerFailing: ({ failed, of }) => `最近 ${number(of)} 个任务中有 ${number(failed)} 个失败。`,
    finding: ({ count }) => `每小时的巡检发现 ${number(count)} 处，未能修复。`,
    workerSilent: ({ count }) => `没有声息，却还占着 ${number(count)} 条消息。`,
  },
};
