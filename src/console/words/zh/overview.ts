import type { Words } from "../en/index.ts";
import type { NightCounts } from "../en/overview.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

/** Such as `47 个调度中，2 个失败，1 个未执行，2 个延迟。` */
function headline({ schedules, failed = 0, missed = 0, late = 0, running = 0 }: NightCounts): string {
  const parts: [count: number, says: string][] = [
    [failed, "失败"],
    [missed, "未执行"],
    [late, "延迟"],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, says]) => `，${number(count)} 个${says}`);
  if (told.length > 0) return `${number(schedules)} 个调度中${told.join("")}。`;
  if (schedules === 0) return "这段时间没有调度运行。";
  return running > 0 ? "目前一切正常。" : `${number(schedules)} 个调度全部正常。`;
}

export const overview: Words["overview"] = {
  title: { last: "昨夜", now: "今夜", today: "今天", night: "某夜", day: "某天" },
  range: (from, to) => `${from} 至 ${to}`,
  earlier: "前一夜",
  later: "后一段",
  headline,
  runs: (n) => `${number(n)} 次运行`,
  stillRun: (n) => `${number(n)} 个仍在运行`,
  tally: {
    failed: "失败",
    missed: "未执行",
    late: "延迟",
    running: "运行中",
    waiting: "排队中",
    stopped: "已停止",
    well: "正常",
    skipped: "已跳过",
  },
  copyReport: "复制报告",
  needsYou: "需要处理",
  nothingNeeded: "没有需要处理的。",
  when: {
    failed: (time) => `${time} 失败`,
    missed: (time) => `${time} 未执行`,
    late: (time) => `${time} 开始`,
  },
  ranNot: (part, whole) => `${number(whole)} 次运行中的 ${number(part)} 次`,
  pastPromise: (time) => `仍在运行，已超出承诺 ${time}`,
  endedPast: (time) => `超出承诺 ${time}`,
  timedOut: "未在流程的时限内结束。",
  caughtUp: "补运行",
  beganLate: "开始晚",
  open: "查看",
  now: "当前",
  running: "运行中",
  waiting: "排队中的调度",
  ready: (since) => `队列等待中${since === "" ? "" : `，最早 ${since}`}`,
  callbacks: "待回调",
  workers: (failing) => `在线工作机${failing === 0 ? "" : `，${number(failing)} 台异常`}`,
  deadLetters: "死信",
  next: "接下来",
  nothingNext: "没有将要自动启动的。",
  theNight: "夜间时间线",
  theDay: "白天时间线",
  problemsFirst: (shown, all) =>
    shown < all
      ? `问题优先，${number(all)} 个调度中的 ${number(shown)} 个`
      : `问题优先，${number(all)} 个调度`,
  promisedEnd: "承诺完成时间",
  showAll: (n) => `显示全部 ${number(n)} 个`,
  showMore: (n) => `再显示 ${number(n)} 个`,
  every: {
    hour: "每小时",
    hours: (n) => `每 ${number(n)} 小时`,
    minutes: (n) => `每 ${number(n)} 分钟`,
    seconds: (n) => `每 ${number(n)} 秒`,
  },
  isCut: "运行过于频繁，只显示最新的。",
  empty: "总览显示所有调度的情况。现在还没有调度。",
};
