import * as z from "zod";
import { ROLES } from "../../core/directory/access-keys.ts";
import { instant } from "./common.ts";

export const signInBody = z.union([
  z.strictObject({
    accessKey: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}\.[A-Za-z0-9_-]{1,128}$/, "must be accessKeyId.accessKeySecret")
      .describe("`accessKeyId.accessKeySecret`"),
  }),
  z.strictObject({
    code: z
      .string()
      .regex(/^c1\.[A-Za-z0-9_-]{1,300}\.[A-Za-z0-9_-]{1,64}$/, "must be a code as `millrace login` makes it")
      .describe("A code that signs somebody in once"),
  }),
]);

const installation = z.string().describe("What this installation is called; empty when it has no name");
const signedIn = z.strictObject({
  signedIn: z.literal(true),
  accessKeyId: z.string().describe("Of whom Cloudflare Access let in: `access:` and the mail address"),
  role: z.enum(ROLES),
  name: installation,
  via: z
    .enum(["key", "code", "access"])
    .describe("What was shown to sign in; of a call with a key: `key`; `access`: Cloudflare Access vouches"),
  expiresAt: instant.optional().describe("End of the session unless it is used; absent without a session"),
});
export const signedInAnswer = signedIn.meta({ id: "Session" });
export const sessionAnswer = z
  .union([signedIn, z.strictObject({ signedIn: z.literal(false), name: installation })])
  .meta({ id: "SessionOrNone" });

export const signInCodeAnswer = z
  .strictObject({
    code: z.string().describe("Good for one sign-in"),
    address: z.url().describe("Signs in the browser that opens it"),
    expiresAt: instant,
  })
  .meta({ id: "SignInCode" });
