import { signal } from "@preact/signals";
import { words } from "../words/index.ts";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly says: string;
  readonly link?: { readonly title: string; readonly href: string };
}

const SHOWN_MS = 8000;
const toasts = signal<readonly Toast[]>([]);
let made = 0;

/** Tells what an action did; errors stay where they happened. */
export function tell(says: string, link?: Toast["link"]): void {
  made += 1;
  const id = made;
  toasts.value = [...toasts.value, { id, says, ...(link && { link }) }];
  setTimeout(() => close(id), SHOWN_MS);
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, says, link }) => (
        <div key={id} class="toast">
          <span>{says}</span>
          {link && <a href={link.href}>{link.title}</a>}
          <button type="button" aria-label={words().common.close} onClick={() => close(id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
