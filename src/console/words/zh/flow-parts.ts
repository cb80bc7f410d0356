import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const flowParts: Pick<Words, "stats"> = {
  stats: {
    span: "时间",
    spans: { day: "24 小时", week: "7 天", month: "30 天", quarter: "90 天" },
    started: "已启动",
    rate: "成功率",
    rateOf: "自行结束的执行",
    failed: "失败或超时",
    half: "半数耗时不超过",
    most: "95% 耗时不超过",
    ofSucceeded: "成功的执行",
    ends: "结束情况",
    endsNote: "按启动时间",
    took: "耗时",
    endsLabel: (started, failed) => `启动 ${number(started)} 个执行，${number(failed)} 个失败或超时`,
    bucket: (time, started, failed) => `${time}：启动 ${number(started)} 个，${number(failed)} 个失败或超时`,
    bucketTook: (time, half, most) => `${time}：半数不超过 ${half}，95% 不超过 ${most}`,
    day: "日期",
    hour: "小时",
    percent: (n) => `${number(n)}%`,
    errors: "失败原因",
    error: "错误",
    count: "次数",
    newest: "最近一次",
    noErrors: "这段时间没有失败。",
    slowest: "耗时最长",
    execution: "执行",
    empty: "这段时间没有启动执行。",
    cut: (time, n) => `此处只统计最新的 ${number(n)} 个：不含 ${time} 之前启动的。`,
  },
};
