import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");
const percent = new Intl.NumberFormat("zh-CN", { style: "percent", maximumFractionDigits: 1 });

export const board: Words["board"] = {
  views: {
    label: "视图",
    all: "全部",
    running: "运行中",
    unwell: "异常",
    waiting: "等待人工",
    mine: "由我启动",
  },
  contains: "名称包含",
  usual: (time) => `多数不超过 ${time}`,
  ends: "每小时结束的执行",
  hour: (time, well, failed, other) =>
    `${time}：成功 ${number(well)}，失败 ${number(failed)}，停止 ${number(other)}`,
  endsInAll: (well, failed) => `过去一天成功 ${number(well)} 个，失败 ${number(failed)} 个`,
  now: "现在",
  count: (shown, more) => `${number(shown)}${more ? "+" : ""} 个执行`,
  building: "正在询问各来源的状态：几分钟内可能不完整。",
  isCut: "内容太多，只显示最近有变化的。",
  lastEnds: "最近结束",
  ticks: (well, all) => `最近 ${number(all)} 次中 ${number(well)} 次成功`,
  neverRan: "尚未运行",
  day: "24 小时",
  rate: (well, all) => percent.format(well / all),
  rateOf: (well, all) => `24 小时内 ${number(all)} 次中 ${number(well)} 次成功`,
  half: "半数不超过",
  most: "多数不超过",
  running: "运行中",
  filter: "名称包含",
};

export const palette: Words["palette"] = {
  open: "搜索或跳转",
  label: "搜索",
  placeholder: "流程、执行、工作机、页面",
  pages: "页面",
  flows: "流程",
  schedules: "调度",
  queues: "队列",
  workers: "工作机",
  executions: "执行",
  nothing: (text) => `没有名称包含“${text}”的内容。`,
  older: "只在每个流程最近的执行中查找。",
  keys: "快捷键",
  keysDo: { search: "搜索", choose: "选择", open: "打开所选", keys: "显示快捷键", close: "关闭" },
};
