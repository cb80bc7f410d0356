import { useLocation } from "preact-iso";

/** What stands behind the `?` of the page's own address: tabs and filters, so that every view is a link. */
export function useQuery(): readonly [
  query: Readonly<Record<string, string>>,
  change: (changes: Readonly<Record<string, string | undefined>>) => void,
] {
  const { path, query, route } = useLocation();
  function change(changes: Readonly<Record<string, string | undefined>>): void {
    const all = Object.entries({ ...query, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
    );
    const search = new URLSearchParams(all).toString();
    route(search === "" ? path : `${path}?${search}`, true);
  }
  return [query, change];
}
