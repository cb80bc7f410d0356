import type { ComponentChildren } from "preact";

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly isWide?: boolean;
  /** Only where there is much room: the first to go. */
  readonly isRoomy?: boolean;
}

export interface TableProps {
  /** What it lists, for whoever cannot see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ComponentChildren;
}

/** A wide table scrolls in itself, also by keys. */
export function Table({ label, columns, children }: TableProps) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map(({ title, isNumber, isWide, isRoomy }) => (
              <th
                key={title}
                scope="col"
                class={`${isNumber === true ? "number" : ""} ${isWide === true ? "wide-only" : ""} ${isRoomy === true ? "roomy-only" : ""}`}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
