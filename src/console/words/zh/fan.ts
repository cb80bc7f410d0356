import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const fan: Words["fan"] = {
  verb: "调整",
  usually: (usual) => `定义中为 ${usual}。`,
  concurrency: {
    act: "调整并发数",
    title: (path) => `调整 ${path} 同时运行的项数？`,
    says: "正在运行的继续，有空位时启动新的项。在该步骤结束前有效。",
    field: "同时运行",
    wrong: (most) => `1 到 ${number(most)} 的整数。`,
    done: (path, n) => `${path} 现在同时运行 ${number(n)} 项。`,
  },
  tolerance: {
    act: "调整容错数",
    title: (path) => `调整 ${path} 允许失败的项数？`,
    says: (failed) =>
      failed === 0
        ? "目前没有失败的项。在该步骤结束前有效。"
        : `目前有 ${number(failed)} 项失败：若小于此数，该步骤将立即失败。在该步骤结束前有效。`,
    field: "允许失败",
    hint: "项数，或占全部的比例，如 10%。",
    wrong: "整数，或 0% 到 100% 的比例。",
    done: (path, said) => `${path} 现在允许 ${said} 失败。`,
  },
  stop: {
    act: "停止其余项",
    title: (path) => `停止 ${path} 的其余项？`,
    says: (waiting) =>
      `尚未开始的 ${number(waiting)} 项将被跳过，没有结果。正在运行的照常结束，该步骤以已有结果成功。`,
    saysAll: (waiting, running) =>
      `${number(waiting + running)} 项将被跳过，没有结果。正在运行的 ${number(running)} 项的消息将被收回，不再等待其结果。该步骤以已有结果成功。`,
    which: "停止哪些",
    notStarted: (n) => `未开始的 ${number(n)} 项`,
    all: (n) => `以及运行中的 ${number(n)} 项`,
    verb: (n) => `跳过 ${number(n)} 项`,
    reason: "原因（记入审计日志）",
    done: (path) => `${path} 的其余项已跳过。`,
  },
  retry: {
    act: (n) => `重试 ${number(n)} 项`,
    all: (n) => `重试全部 ${number(n)} 项`,
    title: (n, path) => `重试 ${path} 的 ${number(n)} 项？`,
    says: "它们从失败处继续，先于尚未开始的项，且同时运行的项数不超过上限。已成功的保留。",
    verb: (n) => `重试 ${number(n)} 项`,
    done: (n) => `正在重试 ${number(n)} 项。`,
    notAlone: (n) => `不能只重试这 ${number(n)} 项：所有未成功的部分都会重试。`,
  },
  limits: {
    atOnce: (n) => `最多同时 ${number(n)} 项`,
    mayFail: (said) => `允许 ${said} 失败`,
    by: (who) => `由 ${who} 调整`,
    at: "于",
  },
  share: (percentage) => `${number(percentage)}%`,
  both: (count, share) => `${count} 且不超过 ${share}`,
};
