import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 719px)");
const isPhone = signal(query.matches);
query.addEventListener("change", ({ matches }) => (isPhone.value = matches));

/** Whether the page is as narrow as a phone's. */
export function useIsPhone(): boolean {
  return isPhone.value;
}
