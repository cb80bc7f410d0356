import { useRef } from "preact/hooks";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly count?: number | undefined;
}

export interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly chosen: Id;
  /** Of the element that shows what belongs to the chosen tab. */
  readonly panel: string;
  readonly onChoose: (id: Id) => void;
}

/** Arrow keys go from tab to tab; one of them is in the order of the page. */
export function Tabs<Id extends string>({ label, tabs, chosen, panel, onChoose }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  function move(event: KeyboardEvent, at: number): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : tabs.at((at + step) % tabs.length);
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list}>
      {tabs.map(({ id, title, count }, at) => (
        <button
          key={id}
          type="button"
          class="tab"
          role="tab"
          data-tab={id}
          aria-selected={id === chosen}
          aria-controls={id === chosen ? panel : undefined}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
          onKeyDown={(event) => move(event, at)}
        >
          {title}
          {count !== undefined && <span class="count">{count.toLocaleString()}</span>}
        </button>
      ))}
    </div>
  );
}
