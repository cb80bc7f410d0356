import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, as the last runs said: begun last, one of them alone would keep a processor waiting. */
const LONGEST =
  /\/(worker\/leases-|reference\/|core\/engine\.test|worker\/cases|queries\/progress|schedule\/year|sim\/|worker\/library|engine\/|workers\/(fuzz|costs|board|work|engine|conformance)|e2e\/(runner|import|cli|runtime)|browser\/pages)/;

/** Begins with files that are known to take long; of the others the larger ones come first, as always. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, of no array
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
