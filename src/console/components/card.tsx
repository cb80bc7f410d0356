import type { ComponentChildren } from "preact";

export interface CardProps {
  readonly title: string;
  /** Beside the title. */
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  /** A table goes from edge to edge. */
  readonly isFlush?: boolean;
}

export function Card({ title, note, actions, children, isFlush = false }: CardProps) {
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        <span class="quiet grow">{note}</span>
        {actions}
      </div>
      {isFlush ? children : <div class="card-body">{children}</div>}
    </section>
  );
}
