import { sign } from "hono/utils/jwt/jwt";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AccessVariables,
  accessAdmins,
  accessRole,
  accessSettings,
  verifyAssertion,
} from "../../src/auth/cloudflare-access.ts";
import { type AccessTeam, newTeam } from "../support/access-team.ts";
import { settings as settingsOfRunner } from "../../src/cli/local/worker-variables.ts";

const SET: Required<AccessVariables> = {
  ACCESS_TEAM: "acme",
  ACCESS_AUD: "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2",
  ACCESS_ROLES: JSON.stringify({ "Li.Wei@example.com": "admin", "*@example.com": "viewer" }),
};

function settings(changed: AccessVariables = {}) {
  const read = accessSettings({ ...SET, ...changed });
  if (!read.ok || !read.settings) throw new Error("they are right");
  return read.settings;
}

describe("the variables", () => {
  test("that are not set let nobody in", () => {
    expect(accessSettings({})).toEqual({ ok: true });
    expect(accessSettings({ ACCESS_TEAM: "", ACCESS_AUD: "", ACCESS_ROLES: "" })).toEqual({ ok: true });
  });

  test.each(["acme", "acme.cloudflareaccess.com", " Acme "])("name the team as %j", (ACCESS_TEAM) => {
    expect(settings({ ACCESS_TEAM }).issuer).toBe("https://acme.cloudflareaccess.com");
  });

  test("name several applications", () => {
    expect(settings({ ACCESS_AUD: "one two" }).audiences).toEqual(["one", "two"]);
  });

  test.each<[string, AccessVariables]>([
    ["ACCESS_TEAM", { ACCESS_TEAM: "" }],
    ["ACCESS_TEAM", { ACCESS_TEAM: "https://acme.example" }],
    ["ACCESS_AUD", { ACCESS_AUD: "" }],
    ["ACCESS_AUD", { ACCESS_AUD: "a/b" }],
    ["ACCESS_ROLES must be a JSON object", { ACCESS_ROLES: "" }],
    ["ACCESS_ROLES must be a JSON object", { ACCESS_ROLES: "li.wei@example.com" }],
    ["ACCESS_ROLES must be a JSON object", { ACCESS_ROLES: "[]" }],
    ["nobody", { ACCESS_ROLES: "{}" }],
    ['"li.wei" must be a mail address', { ACCESS_ROLES: '{"li.wei": "admin"}' }],
    ['"*" must be a mail address', { ACCESS_ROLES: '{"*": "admin"}' }],
    [
      'the role of "a@b.example" must be one of admin, operator, viewer',
      { ACCESS_ROLES: '{"a@b.example": "worker"}' },
    ],
    ['the role of "a@b.example"', { ACCESS_ROLES: '{"a@b.example": {}}' }],
  ])("that are wrong are told of, with what to put right: %s", (says, changed) => {
    expect(accessSettings({ ...SET, ...changed })).toMatchObject({
      ok: false,
      detail: expect.stringContaining(says),
    });
  });

  test("that are wrong end a start of the service on one's own machine", () => {
    expect(() => settingsOfRunner({ ACCESS_TEAM: "acme" }, false)).toThrow(/^ACCESS_AUD must be/);
    expect(settingsOfRunner(SET, true)).toEqual(SET);
  });
});

test("a role is that of the address, else of its domain, in letters of any size", () => {
  const roles = ["li.wei@example.com", "zoe@example.com", "zoe@other.example", "zoe@sub.example.com"];
  expect(roles.map((mail) => accessRole(settings(), mail))).toEqual([
    "admin",
    "viewer",
    undefined,
    undefined,
  ]);
});

test("who has no role is told of administrators, if any has an address of his own", () => {
  expect(accessAdmins(settings())).toEqual(["li.wei@example.com"]);
  expect(accessAdmins(settings({ ACCESS_ROLES: '{"*@example.com": "admin"}' }))).toEqual([]);
});

describe("an assertion", () => {
  const now = Math.floor(Date.now() / 1000);
  const GOOD = {
    iss: "https://acme.cloudflareaccess.com",
    aud: [SET.ACCESS_AUD],
    email: "Li.Wei@example.com",
    iat: now - 60,
    nbf: now - 60,
    exp: now + 60,
  };
  let team: AccessTeam;
  beforeAll(async () => {
    team = await newTeam();
  });

  function read(assertion: string) {
    return verifyAssertion(settings(), [team.certificate], assertion);
  }

  test("that the team signed for the application says whose it is, and until when", async () => {
    expect(await read(await team.assert(GOOD))).toEqual({
      mail: "li.wei@example.com",
      issuedAt: GOOD.iat * 1000,
      expiresAt: GOOD.exp * 1000,
    });
  });

  test.each<[string, object]>([
    ["is over", { exp: now - 1 }],
    ["has no end", { exp: undefined }],
    ["does not hold yet", { nbf: now + 60 }],
    ["is for another application", { aud: ["other"] }],
    ["is for none", { aud: undefined }],
    ["is of another team", { iss: "https://other.cloudflareaccess.com" }],
    ["names nobody, as of a service token", { email: undefined, common_name: "a.access" }],
    ["names no mail address", { email: "*@example.com" }],
  ])("that %s is no good", async (_, changed) => {
    expect(await read(await team.assert({ ...GOOD, ...changed }))).toBeUndefined();
  });

  test("that somebody else signed, or nobody, is no good", async () => {
    const unsigned = [{ alg: "none", kid: "k1" }, GOOD].map((part) => btoa(JSON.stringify(part))).join(".");
    const forged = [
      await (await newTeam()).assert(GOOD),
      await sign(GOOD, team.certificate.n, "HS256"),
      `${unsigned}.`,
      "a.b.c",
      "",
    ];
    expect(await Promise.all(forged.map(read))).toEqual(forged.map(() => undefined));
  });
});
