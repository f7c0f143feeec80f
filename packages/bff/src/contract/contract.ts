import type { AppVersion } from "@triptych/screen";
import type { Answers } from "../define-bff.ts";

/** As much of a BFF as its contract needs. */
export interface Described {
  readonly prefix: string;
  readonly answers: Pick<Answers<never, never>, "contract">;
}

/**
 * The text of `contracts/openapi.json`: what the BFF promises to a client of that version.
 *
 * @param version by default the newest
 * @throws TypeError for a BFF whose contract is written by hand
 */
export async function contractText({ prefix, answers }: Described, version?: AppVersion): Promise<string> {
  if (answers.contract === undefined) {
    throw new TypeError("this BFF's contract is written by hand: its code does not describe one");
  }
  return `${JSON.stringify(await answers.contract(prefix, version), undefined, 2)}\n`;
}

/**
 * The operations whose example a contract leaves out, because their answers have changed since it
 * was taken, or which are gone.
 *
 * @param contract as `contractText` makes it
 * @param examples `contracts/examples.json`, by operation id
 */
export function withoutExample(
  contract: string,
  examples: Readonly<Record<string, unknown>>,
): readonly string[] {
  const { paths }: { readonly paths: Readonly<Record<string, object>> } = JSON.parse(contract);
  const shown = Object.values(paths)
    .flatMap((item) => Object.values<OperationWithExample>(Object(item)))
    .filter(({ responses }) => responses?.[200]?.content?.["application/json"]?.examples !== undefined);
  const ids = new Set(shown.map(({ operationId }) => operationId));
  return Object.keys(examples).filter((id) => !ids.has(id));
}

/** As much of an operation as says whether it has an example. */
interface OperationWithExample {
  readonly operationId?: string;
  readonly responses?: {
    readonly 200?: { readonly content?: { readonly "application/json"?: { readonly examples?: object } } };
  };
}
