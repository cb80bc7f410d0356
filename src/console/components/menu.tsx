import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/index.ts";
import { Icon, type IconName } from "./icon.tsx";

/** More actions of a page, behind three dots. */
export function Menu({ children }: { readonly children: ComponentChildren }) {
  const own = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = ({ target }: Event) => {
      if (own.current && target instanceof Node && !own.current.contains(target)) own.current.open = false;
    };
    document.addEventListener("click", close);
    return () => document.removeEventListener("click", close);
  }, []);
  const label = words().common.actions;
  return (
    <details
      class="menu"
      ref={own}
      onKeyDown={({ key }) => key === "Escape" && own.current && (own.current.open = false)}
      onClick={({ target }) =>
        target instanceof Element && target.closest(".menu-item") && own.current && (own.current.open = false)
      }
    >
      <summary class="button icon-only" aria-label={label} title={label}>
        <Icon name="more" />
      </summary>
      <div class="menu-list">{children}</div>
    </details>
  );
}

export interface MenuItemProps {
  readonly icon: IconName;
  readonly isDanger?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

export function MenuItem({ icon, isDanger, onPress, children }: MenuItemProps) {
  return (
    <button type="button" class={`menu-item ${isDanger === true ? "danger" : ""}`} onClick={onPress}>
      <Icon name={icon} />
      {children}
    </button>
  );
}
