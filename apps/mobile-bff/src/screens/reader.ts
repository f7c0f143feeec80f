import type { TryLoad } from "@triptych/screen";
import type { Clients } from "../upstreams.ts";

/** Who reads the screen: prices and dates are formatted for them. */
export type Reader = { readonly locale: string | undefined; readonly timeZone: string | undefined };

/** Milliseconds: enough for a slow answer, and it leaves a screen of 800 ms time to do without. */
const READER_DEADLINE_MS = 300;

/**
 * The user's locale and time zone. When the users service fails they are undefined, and prices and
 * dates are formatted in British English and UTC: better than none. The section is then listed in
 * `degraded`, because its date may be a day off.
 */
export async function readerOf(tryLoad: TryLoad<Clients>): Promise<Reader> {
  const user = await tryLoad(({ users }) => users.me(), { deadlineMs: READER_DEADLINE_MS });
  return { locale: user?.locale, timeZone: user?.timeZone };
}
