import type { Route } from "../route.ts";

/**
 * What a route is about: the innermost collection on its way, a collection being what some route names a part of
 * (`executions` because of `/executions/{name}`); without one, the first word of its path.
 */
export function tagsOf(routes: readonly Route[]): (route: Route) => string {
  const collections = new Set(
    routes.flatMap(({ path }) => words(path).filter((_, position, all) => isParameter(all[position + 1]))),
  );
  return ({ path }) => words(path).findLast((word) => collections.has(word)) ?? words(path)[0] ?? "";
}

function words(path: string): string[] {
  return path.split("/").filter((word) => word !== "" && word !== "v1");
}

function isParameter(word: string | undefined): boolean {
  return word?.startsWith("{") ?? false;
}
