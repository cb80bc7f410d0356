import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, SourceKind } from "../../core/board-views.ts";

/** Whether a name has a text in it, in whatever case. */
export function has(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

export function begins(name: string, text: string): boolean {
  return name.toLowerCase().startsWith(text.toLowerCase());
}

/** What sources of a kind told last whose names fit a query, in the order of these. */
export function tellingsByName<K extends SourceKind>(
  machine: BoardMachine,
  kind: K,
  { after = "", contains = "" }: BoardNamesQuery,
) {
  return Array.from(machine.tellings(kind))
    .filter(({ name }) => name > after && has(name, contains))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
