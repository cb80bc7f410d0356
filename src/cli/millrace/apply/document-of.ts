import { stringify } from "yaml";

type Fields = Readonly<Record<string, unknown>>;

/** A file's text that `millrace apply` takes. */
export function documentOf(fields: Fields): string {
  return stringify(fields, { lineWidth: 0 });
}
