import { useEffect, useRef, useState } from "preact/hooks";
import { draftOf, dropDraft, keepDraft } from "../../state/drafts.ts";

/** A text that is being changed, kept in this browser as it is typed. */
export interface DraftState {
  readonly text: string;
  /** The version that it began with; 0: none. */
  readonly base: number;
  readonly isChanged: boolean;
  /** Another one when the text was set, and not typed: the editor takes it then. */
  readonly revision: number;
  /** When it was kept; absent: it could not be, or nothing has changed. */
  readonly savedAt?: number;
  /** This browser keeps nothing. */
  readonly isLost: boolean;
  readonly type: (text: string) => void;
  /** It is that version now, changed or not. */
  readonly rebase: (version: number) => void;
  /** It is this text of this version, and no draft of it is kept. */
  readonly settle: (text: string, version: number) => void;
}

const KEEP_MS = 400;

/** `stored` is what the flow has, in its version; `first` is what an editor without a draft begins with. */
export function useDraft(flow: string, stored: string, version: number, first = stored): DraftState {
  const [found] = useState(() => draftOf(flow));
  const [text, setText] = useState(found?.text ?? first);
  const [base, setBase] = useState(found?.base ?? version);
  const [savedAt, setSavedAt] = useState(found?.savedAt);
  const [revision, setRevision] = useState(0);
  const [isLost, setLost] = useState(false);
  const isFirst = useRef(true);
  const isChanged = text !== stored;
  // A version that came while nothing was changed here is simply the one that is shown.
  useEffect(() => {
    if (found === undefined && base !== version && text === first) settle(stored, version);
  }, [version]);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return undefined;
    }
    const timer = setTimeout(keep, KEEP_MS);
    return () => clearTimeout(timer);
  }, [text, base, isChanged]);

  function keep(): void {
    const now = Date.now();
    if (!isChanged) dropDraft(flow);
    const isKept = isChanged && keepDraft(flow, { base, text, savedAt: now });
    setSavedAt(isKept ? now : undefined);
    setLost(isChanged && !isKept);
  }
  function settle(next: string, at: number): void {
    dropDraft(flow);
    setText(next);
    setBase(at);
    setSavedAt(undefined);
    setRevision((before) => before + 1);
  }
  return {
    text,
    base,
    isChanged,
    revision,
    isLost,
    ...(savedAt !== undefined && { savedAt }),
    type: setText,
    rebase: setBase,
    settle,
  };
}
