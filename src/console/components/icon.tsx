import { h } from "preact";
import {
  Activity,
  ArrowLeft,
  ArrowUp,
  CalendarClock,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  Circle,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash2,
  CircleStop,
  CircleX,
  Clock,
  Clock4,
  Cloud,
  Copy,
  Cpu,
  Crosshair,
  Ellipsis,
  EllipsisVertical,
  Fullscreen,
  GitBranch,
  GitFork,
  Hand,
  Hourglass,
  type IconNode,
  Inbox,
  KeyRound,
  Link,
  LoaderCircle,
  LogOut,
  Minus,
  MoveHorizontal,
  Monitor,
  Moon,
  MoonStar,
  OctagonX,
  Pause,
  Pencil,
  Play,
  Plus,
  Repeat,
  Reply,
  RotateCw,
  ScrollText,
  Stethoscope,
  Save,
  Search,
  SkipForward,
  Square,
  Sun,
  TimerOff,
  Info,
  Undo2,
  TriangleAlert,
  Workflow,
  X,
} from "lucide";

/** The icons of the console by what they mean here. */
const ICONS = {
  overview: MoonStar,
  executions: Activity,
  back: ArrowLeft,
  up: ArrowUp,
  schedules: CalendarClock,
  check: Check,
  down: ChevronDown,
  left: ChevronLeft,
  right: ChevronRight,
  circle: Circle,
  succeeded: CircleCheck,
  pending: CircleDashed,
  paused: CirclePause,
  missed: CircleSlash2,
  stopped: CircleStop,
  failed: CircleX,
  late: Clock,
  clock: Clock4,
  task: Cloud,
  copy: Copy,
  workers: Cpu,
  target: Crosshair,
  more: Ellipsis,
  menu: EllipsisVertical,
  fit: Fullscreen,
  choice: GitBranch,
  parallel: GitFork,
  drain: Hand,
  line: Hourglass,
  queues: Inbox,
  keys: KeyRound,
  link: Link,
  running: LoaderCircle,
  signOut: LogOut,
  minus: Minus,
  wide: MoveHorizontal,
  system: Monitor,
  dark: Moon,
  fail: OctagonX,
  pause: Pause,
  edit: Pencil,
  start: Play,
  plus: Plus,
  foreach: Repeat,
  retrying: RotateCw,
  audit: ScrollText,
  doctor: Stethoscope,
  save: Save,
  search: Search,
  skipped: SkipForward,
  square: Square,
  light: Sun,
  timedOut: TimerOff,
  info: Info,
  callbacks: Reply,
  caught: Undo2,
  flows: Workflow,
  warning: TriangleAlert,
  close: X,
} as const satisfies Record<string, IconNode>;

export type IconName = keyof typeof ICONS;

export interface IconProps {
  readonly name: IconName;
  readonly size?: number;
  readonly class?: string;
}

/** Decoration: a word stands beside it, or in the label of what it lies in. */
export function Icon({ name, size = 16, class: more = "" }: IconProps) {
  const parts: IconNode = ICONS[name];
  return (
    <svg
      class={`icon ${more}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {parts.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
