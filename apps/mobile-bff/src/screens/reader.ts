import type { TryLoad } from "@triptych/screen";
import type { Clients } from "../upstreams.ts";

/** Whoever will read the screen: prices and dates are written for them. */
export type Reader = { readonly locale: string | undefined; readonly timeZone: string | undefined };

/** Long enough for a slow answer, and still leaves a screen of 800 ms time to answer without it, milliseconds. */
const READER_DEADLINE_MS = 300;

/**
 * The user's locale and time zone. When the users service fails they are missing, and what they are for is written in British
 * English and UTC: a price in another notation is better than none, but the section is listed in `degraded`, for its date may
 * be a day off.
 */
export async function readerOf(tryLoad: TryLoad<Clients>): Promise<Reader> {
  const user = await tryLoad(({ users }) => users.me(), { deadlineMs: READER_DEADLINE_MS });
  return { locale: user?.locale, timeZone: user?.timeZone };
}
