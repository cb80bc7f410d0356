import { useEffect, useRef } from "preact/hooks";
import { type View, wheeled } from "./view.ts";

/** Dragging the ground moves the picture. */
export function usePan(
  element: { current: HTMLDivElement | null },
  setView: (change: (view: View | undefined) => View) => void,
): void {
  const last = useRef<{ x: number; y: number } | undefined>(undefined);
  useEffect(() => {
    const own = element.current;
    if (!own) return undefined;
    const none: View = { x: 0, y: 0, scale: 1 };
    const down = (event: PointerEvent) => {
      const onControl =
        event.target instanceof Element && event.target.closest("button, .minimap, .heat-cells");
      if (onControl || event.button !== 0) return;
      last.current = { x: event.clientX, y: event.clientY };
      own.setPointerCapture(event.pointerId);
    };
    const move = ({ clientX, clientY }: PointerEvent) => {
      const before = last.current;
      if (!before) return;
      setView((view = none) => ({ ...view, x: view.x + clientX - before.x, y: view.y + clientY - before.y }));
      last.current = { x: clientX, y: clientY };
    };
    const up = () => (last.current = undefined);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = own.getBoundingClientRect();
      setView((view = none) => wheeled(view, event, box));
    };
    own.addEventListener("pointerdown", down);
    own.addEventListener("pointermove", move);
    own.addEventListener("pointerup", up);
    own.addEventListener("wheel", wheel, { passive: false });
    return () => {
      own.removeEventListener("pointerdown", down);
      own.removeEventListener("pointermove", move);
      own.removeEventListener("pointerup", up);
      own.removeEventListener("wheel", wheel);
    };
  }, []);
}
