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
