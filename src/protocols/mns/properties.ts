import {
  type MessageProperties,
  type MessageProperty,
  PROPERTY_TYPES,
  attached,
  wrongProperties,
} from "../../core/message-properties.ts";
import { quoted } from "../../core/text.ts";
import { type Xml, fields, xml } from "../../core/xml.ts";
import { MnsError } from "./errors.ts";
import { Fields } from "./read.ts";
import { malformed } from "./xml.ts";

/** What newer clients attach to a message, in their elements. */

const ENTRIES = { UserProperties: "PropertyValue", SystemProperties: "SystemPropertyValue" } as const;

export function readProperties(message: Fields): { properties?: MessageProperties } {
  const read = attached({
    user: readList(message, "UserProperties"),
    system: readList(message, "SystemProperties"),
    groupId: message.text("MessageGroupId"),
  });
  const wrong = wrongProperties(read.properties ?? {});
  if (wrong !== undefined) throw new MnsError("InvalidArgument", wrong);
  return read;
}

function readList(message: Fields, list: keyof typeof ENTRIES): MessageProperty[] {
  return message.children(list).map((entry) => {
    if (entry.name === ENTRIES[list]) return readProperty(list, new Fields(entry));
    throw malformed(`the elements of ${list} must be ${ENTRIES[list]}`);
  });
}

function readProperty(list: string, entry: Fields): MessageProperty {
  const [name, value, word] = [entry.text("Name"), entry.text("Value"), entry.text("Type")];
  if (name === undefined || value === undefined || word === undefined) {
    throw malformed(`a property in ${list} needs Name, Value and Type`);
  }
  const type = PROPERTY_TYPES.find((known) => known === word.trim().toUpperCase());
  if (type) return { name, value, type };
  const known = PROPERTY_TYPES.join(", ");
  throw new MnsError("InvalidArgument", `the Type of the property ${quoted(name)} must be one of ${known}`);
}

/** Last in a message: older clients read what comes before. */
export function propertyElements({ user = [], system = [], groupId }: MessageProperties = {}): Xml[] {
  return [
    ...writeList("UserProperties", user),
    ...writeList("SystemProperties", system),
    ...fields({ MessageGroupId: groupId }),
  ];
}

function writeList(list: keyof typeof ENTRIES, properties: readonly MessageProperty[]): Xml[] {
  if (properties.length === 0) return [];
  const entries = properties.map(({ name, value, type }) =>
    xml(ENTRIES[list], fields({ Name: name, Value: value, Type: type })),
  );
  return [xml(list, entries)];
}
