import { nearest } from "../../names.ts";
import { isTimeZone } from "./zone.ts";

/**
 * What people mean by an abbreviation. The platform knows some of them, and takes each for one of these zones only: BST for
 * that of Bangladesh, which no one in Britain would guess. So they may not stand in what is stored.
 */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  ACDT: ["Australia/Adelaide"],
  ACST: ["Australia/Adelaide", "Australia/Darwin"],
  ACT: ["Australia/Darwin", "America/Rio_Branco"],
  ADT: ["America/Halifax"],
  AEDT: ["Australia/Sydney"],
  AEST: ["Australia/Sydney", "Australia/Brisbane"],
  AET: ["Australia/Sydney"],
  AKDT: ["America/Anchorage"],
  AKST: ["America/Anchorage"],
  ART: ["America/Argentina/Buenos_Aires", "Africa/Cairo"],
  AST: ["America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"],
  AWST: ["Australia/Perth"],
  BRT: ["America/Sao_Paulo"],
  BST: ["Europe/London", "Asia/Dhaka"],
  CAT: ["Africa/Maputo"],
  CDT: ["America/Chicago", "America/Havana"],
  CEST: ["Europe/Berlin", "Europe/Paris"],
  CET: ["Europe/Berlin", "Europe/Paris"],
  CST: ["America/Chicago", "Asia/Shanghai", "America/Havana"],
  EAT: ["Africa/Nairobi"],
  ECT: ["America/Guayaquil", "Europe/Paris"],
  EDT: ["America/New_York"],
  EEST: ["Europe/Athens", "Europe/Kyiv"],
  EET: ["Europe/Athens", "Africa/Cairo"],
  EST: ["America/New_York", "America/Panama"],
  HKT: ["Asia/Hong_Kong"],
  HST: ["Pacific/Honolulu"],
  ICT: ["Asia/Bangkok"],
  IST: ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
  JST: ["Asia/Tokyo"],
  KST: ["Asia/Seoul"],
  MDT: ["America/Denver"],
  MSK: ["Europe/Moscow"],
  MST: ["America/Denver", "America/Phoenix", "Asia/Kuala_Lumpur"],
  NDT: ["America/St_Johns"],
  NST: ["America/St_Johns", "Pacific/Auckland"],
  NZDT: ["Pacific/Auckland"],
  NZST: ["Pacific/Auckland"],
  PDT: ["America/Los_Angeles"],
  PHT: ["Asia/Manila"],
  PKT: ["Asia/Karachi"],
  PST: ["America/Los_Angeles", "Asia/Manila"],
  SAST: ["Africa/Johannesburg"],
  SGT: ["Asia/Singapore"],
  SST: ["Pacific/Pago_Pago", "Pacific/Guadalcanal"],
  VST: ["Asia/Ho_Chi_Minh"],
  WAT: ["Africa/Lagos"],
  WEST: ["Europe/Lisbon"],
  WET: ["Europe/Lisbon"],
  WIB: ["Asia/Jakarta"],
  YST: ["America/Anchorage"],
};

/** Three letters that are no abbreviation of a local time: names of one time everywhere, and of countries. */
const PLAIN = new Set(["UTC", "GMT", "UCT", "PRC", "ROC", "ROK"]);

/** Why a zone's name is not taken, with what is likely meant; undefined when it is. */
export function zoneProblem(zone: string): string | undefined {
  if (!isTimeZone(zone)) return `"${zone}" is not a time zone: use ${names(likely(zone))}`;
  if (!isAbbreviation(zone)) return undefined;
  return `"${zone}" is an abbreviation, which may mean several time zones: use ${names(likely(zone))}`;
}

function isAbbreviation(zone: string): boolean {
  const upper = zone.toUpperCase();
  return upper.startsWith("SYSTEMV/") || (/^[A-Z]{3}(?:\d[A-Z]{3})?$/.test(upper) && !PLAIN.has(upper));
}

function likely(zone: string): readonly string[] {
  const letters = /^(?:SYSTEMV\/)?([A-Z]{3,4})(?:\d|$)/.exec(zone.toUpperCase())?.[1] ?? "";
  const meant = Object.hasOwn(MEANINGS, letters) ? MEANINGS[letters] : undefined;
  if (meant) return meant;
  if (isTimeZone(zone)) return [new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone];
  const known = Intl.supportedValuesOf("timeZone");
  const city = zone.replaceAll(" ", "_").toLowerCase();
  const found = known.find((name) => name.toLowerCase().endsWith(`/${city}`)) ?? nearest(zone, known);
  return found === undefined ? [] : [found];
}

function names(zones: readonly string[]): string {
  const [first, ...others] = zones;
  if (first === undefined) return "a name such as Asia/Shanghai";
  const last = others.pop();
  return last === undefined ? first : `${[first, ...others].join(", ")} or ${last}`;
}
