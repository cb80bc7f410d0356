import { useEffect, useRef, useState } from "preact/hooks";

/** Which part of a picture is seen: its corner in pixels of the screen, and how large it is drawn. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SCALE_MIN = 0.2;
const SCALE_MAX = 2;
const INSET = 24;
/** Smaller than this nobody can read it: the whole is then not shown at once by itself. */
const READABLE = 0.7;
const HEADER = 50;
const ZOOM_SPEED = 0.0022;

export function clampScale(scale: number): number {
  return Math.max(SCALE_MIN, Math.min(SCALE_MAX, scale));
}

/** All of a picture, in the middle. */
export function fitted(content: Size, box: Size): View {
  const across = (box.width - 2 * INSET) / content.width;
  const down = (box.height - 2 * INSET) / content.height;
  const scale = clampScale(Math.min(1, across, down));
  return {
    scale,
    x: (box.width - content.width * scale) / 2,
    y: Math.max(INSET, (box.height - content.height * scale) / 2),
  };
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** Large enough to be read, with what matters in sight. */
export function opened(content: Size, box: Size, focus: Rect | undefined): View {
  const all = fitted(content, box);
  if (all.scale >= READABLE) return all;
  const across = (box.width - 2 * INSET) / content.width;
  const scale = Math.max(READABLE, Math.min(1, across));
  const target = focus ?? { x: 0, y: 0, width: content.width, height: 0 };
  return centered(target, box, scale);
}

export function centered(target: Rect, box: Size, scale: number): View {
  const y = box.height / 2 - (target.y + target.height / 2) * scale;
  return {
    scale,
    x: box.width / 2 - (target.x + target.width / 2) * scale,
    y: Math.min(INSET, target.height * scale > box.height - 2 * INSET ? INSET - target.y * scale : y),
  };
}

/** Zooms so that the point under the pointer stays where it is. */
export function zoomedAt(view: View, factor: number, at: { x: number; y: number }): View {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** The size of an element, kept up to date. */
export function useSize<T extends HTMLElement>() {
  const element = useRef<T>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, size };
}

/** What a wheel does: it moves the picture, and with Ctrl (or a pinch) it zooms. */
export function wheeled(view: View, event: WheelEvent, box: DOMRect): View {
  if (event.ctrlKey || event.metaKey) {
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    return zoomedAt(view, Math.exp(-event.deltaY * ZOOM_SPEED), at);
  }
  return { ...view, x: view.x - event.deltaX, y: view.y - event.deltaY };
}

/** The header of a node, at least. */
export function isInSight({ x, y, width, height }: Rect, view: View, size: Size): boolean {
  const left = view.x + x * view.scale;
  const top = view.y + y * view.scale;
  return (
    left >= 0 &&
    top >= 0 &&
    left + width * view.scale <= size.width &&
    top + Math.min(height, HEADER) * view.scale <= size.height
  );
}

/** Whether some of the picture is out of sight. */
export function isLarger(layout: Size, { x, y, scale }: View, size: Size): boolean {
  return x < 0 || y < 0 || x + layout.width * scale > size.width || y + layout.height * scale > size.height;
}
