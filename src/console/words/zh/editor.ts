import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

function problems(errors: number, warnings: number): string {
  const parts = [
    ...(errors > 0 ? [`${number(errors)} 个错误`] : []),
    ...(warnings > 0 ? [`${number(warnings)} 个警告`] : []),
  ];
  return parts.join("，");
}

export const editor: Words["editor"] = {
  edit: "编辑",
  newFlow: "新建流程",
  title: "编辑定义",
  code: "YAML 定义",
  leave: "此处 Tab 键用于缩进。先按 Escape 再按 Tab 可离开编辑器。",
  draftOn: (version) => `基于 v${version} 的草稿`,
  draftOfNew: "尚未保存",
  unchanged: (version) => `与已保存的 v${version} 相同`,
  kept: "草稿保存在此浏览器中，",
  notKept: "此浏览器不保存草稿：关闭页面后草稿将丢失。",
  checking: "正在检查",
  unchecked: "无法检查此定义。",
  sound: "没有问题。",
  wrong: (errors, warnings) => `${problems(errors, warnings)}。错误全部消除之前不会保存。`,
  doubtful: (warnings) => `${problems(0, warnings)}。可以保存。`,
  phone: "请在更宽的屏幕上编辑定义，此处仅供阅读。",
  mayNot: "您的访问密钥只能查看定义，不能更改。",
  panes: { graph: "流程图", diff: "差异", examples: "示例" },
  diffTo: (version) => `与 v${version} 的差异`,
  side: "定义旁边",
  problems: "问题",
  problemKeys: "F8 下一个，Shift F8 上一个",
  severity: { error: "错误", warning: "警告", info: "提示" },
  fix: (text) => `改为 ${text}`,
  graphOfBefore: "流程图仍为出错之前的样子。",
  noGraph: "定义没有错误时才会画出流程图。",
  save: (version) => `保存为 v${version}`,
  saveTitle: (flow, version) => `将 ${flow} 保存为 v${version}`,
  saveSays: (running) => `此后启动的执行都使用此版本，调度启动的也一样。${running}`,
  running: (count, isMore) =>
    count === 0
      ? "目前没有正在运行的执行。"
      : `目前有 ${number(count)} 个${isMore ? "以上" : ""}执行正在运行，它们继续使用启动时的版本。`,
  description: "说明",
  descriptionHint: "流程的用途，显示在列表中。",
  name: "流程名称",
  nameHint: "字母、数字、- 和 _，以字母或 _ 开头。",
  createTitle: "保存新流程",
  createSays: "由人或调度启动后才会运行。",
  create: "保存流程",
  stored: (flow, version) => `${flow} 已保存为 v${version}。`,
  tryIt: "用上次的输入试运行",
  tryVerb: "保存并启动",
  startVerb: "启动",
  tryTitle: (flow) => `试运行 ${flow}`,
  trySays: (version) => `将保存为 v${version}，此后启动的执行都使用它，并用此输入启动一次。`,
  trySame: (version) => `用此输入启动一次 v${version}。`,
  moved: (draft, stored) => `其间有人保存了 v${stored}。您的草稿基于 v${draft}，不包含此后的更改。`,
  showDiff: "查看差异",
  keepMine: (version) => `在 v${version} 之上继续使用我的草稿`,
  takeTheirs: (version) => `采用 v${version}，放弃我的草稿`,
  discard: "放弃草稿",
  discardTitle: "放弃草稿",
  discardSays: (version) => `您的更改将丢失，编辑器重新显示 v${version}。`,
  same: "没有差异。",
  useExample: "放入编辑器",
  exampleHint: "将替换现有内容，可撤销。",
  copyPut: "复制为 millrace 命令",
  compare: "比较",
  compareFrom: "从",
  compareTo: "到",
  added: (lines) => `新增 ${number(lines)} 行`,
  removed: (lines) => `删除 ${number(lines)} 行`,
  sameLines: (lines) => `${number(lines)} 行未更改`,
};
