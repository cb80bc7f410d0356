import {
  MESSAGE_GROUP_ID_LENGTH,
  MESSAGE_PROPERTIES_MAX,
  MESSAGE_PROPERTY_NAME_LENGTH,
  MESSAGE_PROPERTY_VALUE_LENGTH,
} from "./limits.ts";
import { quoted, utf8Length } from "./text.ts";

/** The kinds of values that MNS knows. What is binary comes in base64; nobody here looks into a value. */
export const PROPERTY_TYPES = ["STRING", "NUMBER", "BOOLEAN", "BINARY"] as const;

export interface MessageProperty {
  readonly name: string;
  readonly value: string;
  readonly type: (typeof PROPERTY_TYPES)[number];
}

/** What a sender attached to a message's body: its receivers get it as it was. */
export interface MessageProperties {
  readonly user?: readonly MessageProperty[];
  /** What clients themselves attach, such as `traceparent`; all of them are texts. */
  readonly system?: readonly MessageProperty[];
  readonly groupId?: string;
}

/** A message as its sender wrote it. */
export interface MessageContent {
  readonly body: string;
  readonly properties?: MessageProperties;
}

export const PROPERTY_NAME_PATTERN = /^[A-Za-z0-9_.-]+$/;
export const PROPERTY_NAME_RULE = `must be 1 to ${MESSAGE_PROPERTY_NAME_LENGTH} letters, digits, "_", "-" and "."`;

/** As messages have it: nothing at all when nothing is attached, not even an empty list. */
export function attached({ user = [], system = [], groupId = "" }: Asked): {
  properties?: MessageProperties;
} {
  const properties = {
    ...(user.length > 0 && { user }),
    ...(system.length > 0 && { system }),
    ...(groupId !== "" && { groupId }),
  };
  return Object.keys(properties).length > 0 ? { properties } : {};
}

type Asked = { readonly [Key in keyof MessageProperties]: MessageProperties[Key] | undefined };

/** What counts for the size of a message: bytes in UTF-8. */
export function contentBytes({ body, properties }: MessageContent): number {
  if (!properties) return utf8Length(body);
  const { user = [], system = [], groupId = "" } = properties;
  const texts = [...user, ...system].flatMap(({ name, value, type }) => [name, value, type]);
  return [body, groupId, ...texts].reduce((sum, text) => sum + utf8Length(text), 0);
}

/** What is wrong with properties, in a sentence that names the place (source: MNS's page on message properties). */
export function wrongProperties({
  user = [],
  system = [],
  groupId = "",
}: MessageProperties): string | undefined {
  if (isLonger(groupId, MESSAGE_GROUP_ID_LENGTH)) {
    return `a message's group id has at most ${MESSAGE_GROUP_ID_LENGTH} characters`;
  }
  const other = system.find(({ type }) => type !== "STRING");
  if (other) return `the system property ${quoted(other.name)} must be a STRING`;
  return wrongList(user) ?? wrongList(system);
}

function wrongList(properties: readonly MessageProperty[]): string | undefined {
  if (properties.length > MESSAGE_PROPERTIES_MAX) {
    return `a message has at most ${MESSAGE_PROPERTIES_MAX} properties of a kind`;
  }
  const names = new Set<string>();
  for (const { name, value } of properties) {
    if (!PROPERTY_NAME_PATTERN.test(name) || name.length > MESSAGE_PROPERTY_NAME_LENGTH) {
      return `a property's name ${PROPERTY_NAME_RULE}, unlike ${quoted(name)}`;
    }
    if (isLonger(value, MESSAGE_PROPERTY_VALUE_LENGTH)) {
      return `the value of the property ${quoted(name)} has more than ${MESSAGE_PROPERTY_VALUE_LENGTH} characters`;
    }
    if (names.has(name)) return `the property ${quoted(name)} stands there twice`;
    names.add(name);
  }
  return undefined;
}

/** Counted in characters, whatever they take in UTF-16. */
function isLonger(text: string, most: number): boolean {
  return text.length > most && (text.length > 2 * most || Array.from(text).length > most);
}
