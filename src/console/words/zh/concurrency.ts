import type { Words } from "../en/index.ts";
import { numberIn } from "../numbers.ts";

const number = numberIn("zh-CN");

export const concurrency: Words["concurrency"] = {
  change: "调整并发数",
  title: (path) => `调整 ${path} 同时运行的项数？`,
  says: (usual) => `正在运行的继续，有空位时启动新的项。在该步骤结束前有效；定义中为 ${number(usual)}。`,
  field: "同时运行",
  wrong: (most) => `1 到 ${number(most)} 的整数。`,
  verb: "调整",
  changed: (path, n) => `${path} 现在同时运行 ${number(n)} 项。`,
};
