import type { MasterKey } from "../auth/master-key.ts";
import { maskTaskToken, signTaskToken } from "../auth/task-token.ts";
import type { TokenMark } from "../core/history/render.ts";

/**
 * Renders something in which task tokens would stand, with marks in their place that end as the tokens do. Rendering is
 * done twice, because signing takes a moment and rendering does not wait: once to hear which tokens are needed.
 */
export async function withTokenMarks<T>(
  master: MasterKey,
  execution: string,
  render: (mark: TokenMark) => T,
): Promise<T> {
  const wanted = new Map<string, { path: string; attempt: number }>();
  const first = render((path, attempt) => {
    wanted.set(`${attempt} ${path}`, { path, attempt });
    return "";
  });
  if (wanted.size === 0) return first;
  const marks = new Map<string, string>();
  for (const [key, task] of wanted)
    marks.set(key, maskTaskToken(await signTaskToken(master, { execution, ...task })));
  return render((path, attempt) => marks.get(`${attempt} ${path}`) ?? "");
}
