import { expect, test } from "vitest";
import { unitFile } from "../../../src/cli/serve/unit-file.ts";

const WORDS = ["/usr/bin/node", "/opt/mill race/main.ts", "millrace", "serve", "--data", "/var/lib/100%"];

test("a unit runs these very words as this user, and starts it again", () => {
  const text = unitFile({ words: WORDS, port: 8787, user: "millrace" });
  expect(text).toContain(
    'ExecStart=/usr/bin/node "/opt/mill race/main.ts" millrace serve --data /var/lib/100%%\n',
  );
  expect(text).toContain("User=millrace\n");
  expect(text).toContain("Restart=always\n");
  expect(text).not.toContain("AmbientCapabilities");
});

test("it may listen on a port that is not everybody's", () => {
  expect(unitFile({ words: WORDS, port: 443, user: "millrace" })).toContain(
    "AmbientCapabilities=CAP_NET_BIND_SERVICE\n",
  );
});
