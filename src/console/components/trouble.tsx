import { OfflineError, ProblemError } from "../api/client.ts";
import type { Resource } from "../api/resource.ts";
import { clock } from "../model/times.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

const FORBIDDEN = 403;
const GONE = new Set([404, 410]);

/** What went wrong, in the reader's words, with the service's own beside it. */
export function troubleOf(error: unknown): { title: string; detail?: string; requestId?: string } {
  const { problem: texts } = words();
  if (error instanceof OfflineError) return { title: texts.offline };
  if (!(error instanceof ProblemError)) return { title: texts.defect, detail: String(error) };
  const { status, code, detail, requestId, errors = [] } = error.problem;
  const places = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  const more = { detail: places === "" ? detail : `${detail} (${places})`, requestId };
  const own = words().service.problem(code);
  if (own !== undefined) return { title: own, ...more };
  if (code === "NoRole") return { title: texts.noRole, ...more };
  if (status === FORBIDDEN) return { title: texts.forbidden, ...more };
  if (GONE.has(status)) return { title: texts.gone, ...more };
  return { title: status === 401 ? texts.signedOut : texts.refused, ...more };
}

/** In place of what could not be read. */
export function Trouble({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { title, detail, requestId } = troubleOf(error);
  const { common, problem } = words();
  const isForbidden = error instanceof ProblemError && error.problem.status === FORBIDDEN;
  return (
    <div class="empty" role="alert">
      <Icon name="failed" size={28} class="tone-bad" />
      <h2>{title}</h2>
      {isForbidden && <p>{problem.forbiddenHint}</p>}
      {detail !== undefined && (
        <p class="quiet" lang="en">
          {detail}
        </p>
      )}
      {requestId !== undefined && requestId !== "" && (
        <p class="small quiet">
          {common.requestId} <code>{requestId}</code>
        </p>
      )}
      {onRetry && <Button onPress={onRetry}>{common.tryAgain}</Button>}
    </div>
  );
}

/** Above data that is older than it should be. */
export function Stale({
  resource,
  onRetry,
}: {
  readonly resource: Resource<unknown>;
  readonly onRetry: () => void;
}) {
  if (resource.error === undefined || resource.data === undefined) return null;
  const { problem, common } = words();
  return (
    <div class="note soft-warn" role="status">
      <span class="says tone-warn">{problem.stale(clock(resource.asOf ?? Date.now(), reader.value))}</span>
      <Button isSmall onPress={onRetry}>
        {common.tryAgain}
      </Button>
    </div>
  );
}
