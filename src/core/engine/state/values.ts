import { jsonMemory, textMemory } from "../../durable/memory.ts";
import type { CachePart, SharedCache } from "../../durable/shared-cache.ts";
import { type Json, type JsonObject, isJsonObject, jsonSize, parseOwn } from "../../json.ts";
import { INLINE_VALUE_SIZE, SHARED_VALUE_SIZE } from "../../limits.ts";
import { assert } from "../../result.ts";

/**
 * An object as it stands in facts and records: small keys in place, large ones by the number of a stored value, and all
 * that over the keys of `base`, another stored object. So a value is written once, however many steps carry it on. A key
 * with a number stands in `keys`, too, as null: there it keeps its place among the others.
 */
export interface Packed {
  readonly keys?: JsonObject;
  readonly refs?: Readonly<Record<string, number>>;
  readonly base?: number;
}

export const EMPTY: Packed = {};
export const EMPTY_TEXT = "{}";

/** Where stored values lie. */
export interface ValueStore {
  readValue(id: number): string | undefined;
  lastValueId(): number;
}

/** The texts of stored values: an object is packed itself (`layers` counts what lies under it), the rest is plain JSON. */
type Stored = StoredObject | { readonly json: Json };
interface StoredObject {
  readonly object: Packed;
  readonly layers: number;
}

/** Shares large values: remembers by identity which ones are stored, and keeps those lately used in the isolate's cache. */
export class Values {
  private readonly store: ValueStore;
  private readonly ids = new WeakMap<object, number>();
  /** Texts have no identity: they are found by what they say. */
  private readonly textIds: CachePart<Json, number>;
  private readonly lately: CachePart<number, Json>;
  /** Objects of several layers, in full, by their packed texts: to put them together takes reading each. */
  private readonly wholes: CachePart<string, JsonObject>;
  private nextId: number;
  private unsaved = new Map<number, string>();

  constructor(store: ValueStore, cache: SharedCache) {
    this.store = store;
    this.textIds = cache.part();
    this.lately = cache.part();
    this.wholes = cache.part();
    this.nextId = store.lastValueId() + 1;
  }

  /** The values that became stored ones since the last call; to be written with the facts that refer to them. */
  takeUnsaved(): ReadonlyMap<number, string> {
    const taken = this.unsaved;
    this.unsaved = new Map();
    return taken;
  }

  pack(value: JsonObject, inlineSize = INLINE_VALUE_SIZE): Packed {
    if (jsonSize(value, inlineSize) <= inlineSize) return isEmpty(value) ? EMPTY : { keys: value };
    return this.slim(this.split(value), inlineSize);
  }

  /** `added` over `packed`, where a record has room for both; else undefined, and `merge` stores something. */
  join(packed: Packed, added: Packed): Packed | undefined {
    if (added === EMPTY) return packed;
    if (added.base !== undefined) return undefined;
    const { keys, refs, ...rest } = over(packed, added);
    const size = jsonSize(keys, INLINE_VALUE_SIZE) + 16 * Object.keys(refs).length;
    return size <= INLINE_VALUE_SIZE ? compact({ keys, refs, ...rest }) : undefined;
  }

  /**
   * `added` over `packed`. `whole` gives the same object in full; it is asked for when the layers under it hold much
   * that was overwritten since, and then packed anew, so that layers never outgrow the object by more than twice.
   */
  merge(packed: Packed, added: Packed, whole: () => JsonObject): Packed {
    const joined = this.join(packed, added);
    if (joined) return joined;
    const full = whole();
    if (added.base !== undefined) return this.pack(full);
    const layered = (this.layersUnder(packed) + 1) * INLINE_VALUE_SIZE;
    if (layered > 2 * jsonSize(full)) return this.pack(full);
    return this.slim(over(packed, added), INLINE_VALUE_SIZE);
  }

  unpack(packed: Packed): JsonObject {
    return packed.refs || packed.base !== undefined ? this.putTogether(packed) : (packed.keys ?? {});
  }

  /** The same of a packed object's text, which is looked at again and again. */
  unpackText(text: string): JsonObject {
    const kept = this.wholes.get(text);
    if (kept) return kept;
    const packed = parseOwn<Packed>(text);
    const whole = this.unpack(packed);
    if (packed.base !== undefined) this.keepWhole(text, whole);
    return whole;
  }

  /** Remembers what an object of several layers is in full. */
  keepWhole(text: string, whole: JsonObject): void {
    this.wholes.set(text, whole, jsonMemory(whole) + textMemory(text));
  }

  private putTogether(packed: Packed): JsonObject {
    const layers = [packed];
    for (let id = packed.base; id !== undefined;) {
      const { object } = this.readLayer(id);
      layers.push(object);
      id = object.base;
    }
    const value: Record<string, Json> = {};
    for (const { keys = {}, refs = {} } of layers.toReversed()) {
      for (const [key, part] of Object.entries(keys)) {
        const id = Object.hasOwn(refs, key) ? refs[key] : undefined;
        setOwn(value, key, id === undefined ? part : this.read(id));
      }
    }
    return value;
  }

  private split(value: JsonObject): Packed {
    const keys: [string, Json][] = [];
    const refs: [string, number][] = [];
    for (const entry of Object.entries(value)) {
      const isSmall = jsonSize(entry[1], SHARED_VALUE_SIZE) <= SHARED_VALUE_SIZE;
      keys.push(isSmall ? entry : [entry[0], null]);
      if (!isSmall) refs.push([entry[0], this.idOf(entry[1])]);
    }
    return { keys: Object.fromEntries(keys), refs: Object.fromEntries(refs) };
  }

  /** Moves the keys into a stored layer when they are too many to stand in place. */
  private slim(packed: Packed, inlineSize: number): Packed {
    const refs = Object.keys(packed.refs ?? {}).length;
    if (jsonSize(packed.keys ?? {}, inlineSize) + 16 * refs <= inlineSize) return compact(packed);
    return { base: this.write({ object: compact(packed), layers: this.layersUnder(packed) }) };
  }

  private layersUnder({ base }: Packed): number {
    return base === undefined ? 0 : this.readLayer(base).layers + 1;
  }

  private idOf(value: Json): number {
    const known = isShared(value) ? this.ids.get(value) : this.textIds.get(value);
    if (known !== undefined) return known;
    const id = this.write(isJsonObject(value) ? { object: this.split(value), layers: 0 } : { json: value });
    this.remember(id, value);
    return id;
  }

  private write(stored: Stored): number {
    const id = this.nextId++;
    this.unsaved.set(id, JSON.stringify(stored));
    return id;
  }

  private read(id: number): Json {
    const cached = this.lately.get(id);
    if (cached !== undefined) return cached;
    const stored = this.readStored(id);
    const value = "object" in stored ? this.unpack(stored.object) : stored.json;
    this.remember(id, value);
    return value;
  }

  private readLayer(id: number): StoredObject {
    const stored = this.readStored(id);
    assert("object" in stored, `value ${id} is a layer`);
    return stored;
  }

  private readStored(id: number): Stored {
    const text = this.unsaved.get(id) ?? this.store.readValue(id);
    assert(text !== undefined, `value ${id} is stored`);
    return parseOwn<Stored>(text);
  }

  private remember(id: number, value: Json): void {
    const bytes = jsonMemory(value);
    if (isShared(value)) this.ids.set(value, id);
    else this.textIds.set(value, id, bytes);
    this.lately.set(id, value, bytes);
  }
}

function isShared(value: Json): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

/** Also right for a key like `__proto__`, which plain assignment would take for something else. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** `added` over `packed`, neither stored. */
function over(packed: Packed, added: Packed) {
  const kept = { ...packed.refs };
  for (const key of Object.keys(added.keys ?? {})) delete kept[key];
  const refs = { ...kept, ...added.refs };
  const keys = { ...packed.keys, ...added.keys };
  return { keys, refs, ...(packed.base !== undefined && { base: packed.base }) };
}

function compact({ keys = {}, refs = {}, base }: Packed): Packed {
  if (base === undefined && isEmpty(keys) && isEmpty(refs)) return EMPTY;
  return {
    ...(!isEmpty(keys) && { keys }),
    ...(!isEmpty(refs) && { refs }),
    ...(base !== undefined && { base }),
  };
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
