import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export interface ButtonProps {
  readonly onPress: () => void;
  readonly icon?: IconName;
  /** One of a page is solid: what most people came for. */
  readonly kind?: "plain" | "solid" | "quiet" | "danger";
  readonly isSmall?: boolean;
  readonly isDisabled?: boolean;
  readonly children: ComponentChildren;
}

const CLASSES = { plain: "", solid: "solid", quiet: "quiet-button", danger: "danger" } as const;

export function Button({ onPress, icon, kind = "plain", isSmall, isDisabled, children }: ButtonProps) {
  const size = isSmall === true ? "small-button" : "";
  return (
    <button type="button" class={`button ${CLASSES[kind]} ${size}`} disabled={isDisabled} onClick={onPress}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface ButtonLinkProps {
  readonly href: string;
  readonly icon: IconName;
  readonly kind?: "plain" | "solid";
  readonly children: ComponentChildren;
}

/** Looks like a button, and goes to a page. */
export function ButtonLink({ href, icon, kind = "plain", children }: ButtonLinkProps) {
  return (
    <a class={`button ${CLASSES[kind]}`} href={href}>
      <Icon name={icon} />
      {children}
    </a>
  );
}

export interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
  readonly isSmall?: boolean;
}

export function IconButton({ icon, label, onPress, isSmall }: IconButtonProps) {
  const size = isSmall === true ? "small-button" : "";
  return (
    <button
      type="button"
      class={`button icon-only ${size}`}
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
