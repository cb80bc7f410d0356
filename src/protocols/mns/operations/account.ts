import { MnsError } from "../errors.ts";
import { type Operation, NO_CONTENT } from "../operation.ts";
import { Fields } from "../read.ts";
import { malformed } from "../xml.ts";
import { xml } from "../../../core/xml.ts";

/** An account's attributes are where its logs are written, which is nowhere here: `wrangler tail` shows them. */
export const accountOperations: readonly Operation[] = [
  {
    name: "GetAccountAttributes",
    method: "GET",
    path: "/",
    when: (query) => query.flag("accountmeta"),
    access: "read",
    handle: async () => ({ status: 200, body: xml("Account", [xml("LoggingBucket", "")]) }),
  },
  {
    name: "SetAccountAttributes",
    method: "PUT",
    path: "/",
    when: (query) => query.flag("accountmeta"),
    access: "operate",
    async handle({ body }) {
      if (body && body.name !== "Account") throw malformed("its root must be Account");
      if ((new Fields(body).text("LoggingBucket") ?? "").trim() === "") return NO_CONTENT;
      throw new MnsError("InvalidArgument", "LoggingBucket must be empty: logs are not written to buckets");
    },
  },
];
