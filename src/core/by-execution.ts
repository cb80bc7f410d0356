/** Asks once for all that goes to the same execution; one verdict each, in the order of what was asked. */
export async function askByExecution<T extends { readonly execution: string }, V>(
  all: readonly T[],
  /** Of what was given none. */
  missing: V,
  ask: (execution: string, own: readonly T[]) => Promise<readonly V[]>,
): Promise<V[]> {
  const verdicts = Array<V>(all.length).fill(missing);
  const groups = Map.groupBy(all.entries(), ([, { execution }]) => execution);
  const asked = Array.from(groups, async ([execution, own]) => {
    const told = await ask(
      execution,
      own.map(([, one]) => one),
    );
    for (const [nth, [position]] of own.entries()) verdicts[position] = told[nth] ?? missing;
  });
  await Promise.all(asked);
  return verdicts;
}
