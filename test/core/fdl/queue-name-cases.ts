import { BODY, HEAD } from "./diagnostic-cases.ts";

/** Names of queues that cannot be, as CASES of diagnostic-cases.ts. */
export const QUEUE_NAME_CASES: readonly [name: string, text: string, found: string][] = [
  ...(
    [
      ["without a path", "{machine}"],
      ["whose path cannot be read", "{$.}"],
      ["without braces", "host-$.machine"],
      ["with two paths", "{$.a}-{$.b}"],
      ["whose brace is left open", "host-{$.machine"],
      ["that can be no name", "-{$.machine}"],
      ["with no room for anything", `${"h".repeat(120)}{$.machine}`],
    ] as const
  ).map(([what, queue]): [string, string, string] => [
    `a queue by data ${what}`,
    step(`▸"acs:mns:::/queues/${queue}/messages"`),
    "UnsupportedResource steps[0].resourceArn",
  ]),
  [
    "a topic by data",
    step('▸"acs:mns:::/topics/{$.topic}/messages"'),
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "a queue by data that is read elsewhere than in the input",
    step('▸"acs:mns:::/queues/{$local.machine}/messages"'),
    "PathOutOfPlace steps[0].resourceArn",
  ],
  [
    "a queue by data that is not quoted in a mapping with braces",
    step("acs:mns:::/queues/host-▸{$.machine}/messages"),
    "YamlSyntax ",
  ],
];

function step(arn: string): string {
  return `${HEAD}  - {type: task, name: t, resourceArn: ${arn}, ${BODY}}\n`;
}
