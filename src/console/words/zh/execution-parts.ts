import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const executionParts: Pick<Words, "timeline" | "item"> = {
  timeline: {
    title: "时间线",
    by: "分行",
    step: "按步骤",
    worker: "按机器",
    done: "完成",
    failed: "失败",
    letters: { w: "等待", s: "完成", x: "已停止", y: "重试前", r: "运行中", f: "失败" },
    lane: (name, done, failed) => `${name}：完成 ${number(done)}，失败 ${number(failed)}`,
    failing: (name, time) => `${name} 自 ${time} 起每个任务都失败`,
    closer: "放大",
    wider: "缩小",
    whole: "全部时间",
    hint: "拖动选择一段时间以放大。",
    more: (n) => `另有 ${number(n)} 行未显示`,
    noSteps: "还没有步骤开始。",
    noWorkers: "没有机器为此执行的任务报告名称。",
    table: "以表格显示",
    chart: "以图形显示",
    failingSince: "持续失败始于",
  },
  item: {
    title: (index) => `第 #${number(index)} 项`,
    item: "项",
    began: "开始",
    took: "耗时",
    worker: "工作机",
    previous: "前一项",
    next: "后一项",
    failed: (index) => `失败项 #${number(index)}`,
    notStarted: "此项尚未开始。",
    neverStarted: "执行在此项开始之前已结束。",
    open: "打开此项",
    search: "项包含",
    of: "所属循环",
    none: "此执行没有项：没有循环开始。",
  },
};
