import { describe, expect, test } from "vitest";
import { OpenSecrets, secretNames } from "../../src/auth/secrets.ts";

function open(values: Record<string, string>): OpenSecrets {
  const entries = Object.entries(values);
  const env = Object.fromEntries(entries.map(([name, value]) => [`MILLRACE_SECRET_${name}`, value]));
  const headers = new Map(entries.map(([name]) => [name, { secret: name }]));
  return new OpenSecrets(env, { Headers: headers });
}

describe("a secret that comes back is found", () => {
  const SECRET = `p@ss "w/rd" \\ <é&+€>%`;
  const html = SECRET.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

  test.each([
    ["as it is", SECRET],
    ["in an address", encodeURIComponent(SECRET)],
    ["in lower case there", encodeURIComponent(SECRET).toLowerCase()],
    ["in a form", new URLSearchParams({ a: SECRET }).toString().slice(2)],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    [
      "in JSON of ASCII only",
      JSON.stringify(SECRET).slice(1, -1).replace("é", "\\u00E9").replace("€", "\\u20ac"),
    ],
    ["in HTML", html],
    ["in HTML with numbers", html.replace("é", "&#233;").replace("€", "&#x20AC;").replace("+", "&#43;")],
    ["in another case", SECRET.toUpperCase()],
    ["read as Latin-1", String.fromCodePoint(...new TextEncoder().encode(SECRET))],
    ["read as Windows-1252", SECRET.replace("é", "Ã©").replace("€", "â‚¬")],
    [
      "read as Latin-1 and written as JSON of ASCII",
      JSON.stringify(SECRET)
        .slice(1, -1)
        .replace("é", "\\u00c3\\u00a9")
        .replace("€", "\\u00e2\\u0082\\u00ac"),
    ],
    ["read as ASCII", SECRET.replace("é", "\ufffd\ufffd").replace("€", "???")],
    ["written as ASCII", SECRET.replace(/[é€]/g, "?")],
  ])("%s", (_, text) => {
    expect(open({ KEY: SECRET }).mask(`a ${text}, ${text}.`)).toBe("a [secret KEY], [secret KEY].");
  });

  test("in keys, texts and numbers of a value, and nothing else is changed", () => {
    const value = { list: ["x", { "a-12345678": 12345678, rest: 1234 }], none: null, yes: true };
    expect(open({ PIN: "12345678" }).maskIn(value)).toEqual({
      list: ["x", { "a-[secret PIN]": "[secret PIN]", rest: 1234 }],
      none: null,
      yes: true,
    });
  });

  test("however long it is, and where it is a part of another one", () => {
    const long = "a\\b%".repeat(1250);
    expect(open({ LONG: long }).mask(`${long.slice(0, -1)} ${JSON.stringify(long)}`)).toBe(
      `${long.slice(0, -1)} "[secret LONG]"`,
    );
    const both = { SHORT: "abcd", LONG: "abcdefgh" };
    expect(open(both).mask("abcdefgh abcd")).toBe("[secret LONG] [secret SHORT]");
  });
});

test("white space around a secret is none of it, and an empty one is not there", () => {
  const secrets = open({ KEY: " abc\n", EMPTY: "\n" });
  expect(secrets.textAt("Headers", "KEY")).toBe("abc");
  expect(secrets.missing).toBe("EMPTY");
  const env = { MILLRACE_SECRET_KEY: "a", MILLRACE_SECRET_EMPTY: " ", MILLRACE_SECRET_OBJECT: {}, KEY: "b" };
  expect([...secretNames(env)]).toEqual(["KEY"]);
});
