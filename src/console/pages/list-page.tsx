import type { ComponentChildren } from "preact";
import type { Paged } from "../api/pages.ts";
import { Empty, type EmptyProps } from "../components/empty.tsx";
import { Loaded } from "../components/loaded.tsx";
import { More } from "../components/more.tsx";
import { type Column, Table } from "../components/table.tsx";

export interface ListCardProps<T> {
  readonly label: string;
  readonly list: Paged<T>;
  readonly columns: readonly Column[];
  readonly row: (item: T) => ComponentChildren;
  readonly empty: EmptyProps;
}

/** A list of the API as a table, with all that can be instead of it. */
export function ListCard<T>({ label, list, columns, row, empty }: ListCardProps<T>) {
  return (
    <div class="card">
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <Empty {...empty} />
          ) : (
            <Table label={label} columns={columns}>
              {items.map(row)}
            </Table>
          )
        }
      </Loaded>
      <More list={list} />
    </div>
  );
}
