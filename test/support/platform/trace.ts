/** What happened on the platform, in its order; times are those of the clock on the wall, which may jump. */
export type Happening =
  | Waking
  | { readonly what: Fault; readonly object?: string; readonly at: number; readonly to?: number }
  | { readonly what: "asked"; readonly at: number; readonly request: string };

/**
 * An object was woken, by its alarm or the Cron Trigger, and did all that was due, unless it died meanwhile; or somebody
 * called it, who heals it only where its alarm is long overdue.
 */
export interface Waking {
  readonly what: "woken" | "died when woken" | "called";
  readonly object: string;
  readonly from: number;
  readonly to: number;
}

/** What goes wrong, whether we planned it or not. */
export type Fault =
  | "alarm lost"
  | "alarm repeated"
  | "call held"
  | "call lost"
  | "call never answered"
  | "row spoilt"
  | "memory over its budget"
  | "object died"
  | "object emptied"
  | "parked"
  | "tick lost"
  | "tick repeated"
  | "transport message lost"
  | "clock jumped";

/** So much of its end is told of a story that failed. */
const TOLD_MAX = 150;

/** The story of a platform, kept to look for causes in, and to be told when a test fails. */
export class Trace {
  readonly happenings: Happening[] = [];

  note(happening: Happening): void {
    this.happenings.push(happening);
  }

  /** Its end, a line each; what went as it should is left out. */
  tell(): string {
    const worth = this.happenings.filter(({ what }) => what !== "woken" && what !== "called");
    const told = worth.slice(-TOLD_MAX).map(lineOf);
    return [...(worth.length > TOLD_MAX ? [`  ... ${worth.length - TOLD_MAX} before`] : []), ...told].join(
      "\n",
    );
  }

  /** All of it, a line each. */
  lines(): string[] {
    return this.happenings.map(lineOf);
  }

  /**
   * Why an instant, and the next one, too, had passed before its object knew of it, at `toldAt`: what went wrong
   * since it was woken before. Undefined if it was woken in between.
   */
  causesOfMissing(object: string, instant: number, toldAt: number): readonly string[] | undefined {
    const wakings = this.happenings.filter((one) => "from" in one && one.object === object);
    const now = wakings.find((one) => "from" in one && one.from <= toldAt && toldAt <= one.to + HEALING_MS);
    if (!now) return undefined;
    const until = this.happenings.indexOf(now);
    const before = this.happenings.findLastIndex(
      (one, index) =>
        index < until &&
        one.what === "woken" &&
        one.object === object &&
        !this.wentBackBefore(index, one.to) &&
        !this.reliesOnLost(index, object, one.to),
    );
    const last = this.happenings[before];
    if (last?.what === "woken" && last.to >= instant && last.to < toldAt) return undefined;
    return this.happenings.slice(before + 1, until).flatMap((one) => (holdsUp(one, object) ? one.what : []));
  }

  /** By a clock that went back an object knows less than before: a lost alarm looks as if it were still to come. */
  private wentBackBefore(index: number, at: number): boolean {
    return this.happenings.slice(0, index).some((one) => timeOf(one) > at);
  }

  /** After the clock went back an alarm rings before its time: if that is lost, the object waits for it until its time has come. */
  private reliesOnLost(index: number, object: string, at: number): boolean {
    const own = this.happenings.slice(0, index).filter((one) => "object" in one && one.object === object);
    const last = own.findLast(({ what }) => what === "object died" || what === "alarm lost");
    return last?.what === "alarm lost" && "at" in last && (last.to ?? 0) > at;
  }
}

function timeOf(happening: Happening): number {
  return "at" in happening ? happening.at : happening.from;
}

/** A call that finds a lost alarm is answered while its object goes on. */
const HEALING_MS = 1000;

const HOLDING_UP: ReadonlySet<string> = new Set<Happening["what"]>([
  "alarm lost",
  "died when woken",
  "clock jumped",
]);

function holdsUp(one: Happening, object: string): boolean {
  return HOLDING_UP.has(one.what) && (!("object" in one) || one.object === object);
}

function lineOf(happening: Happening): string {
  const at = timeOf(happening);
  const where = "object" in happening ? happening.object : "request" in happening ? happening.request : "";
  const to = "to" in happening && happening.to !== undefined ? ` to ${clock(happening.to)}` : "";
  return `  ${clock(at)} ${happening.what} ${where}${to}`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(5, 23);
}
