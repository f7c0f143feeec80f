import { Type } from "typebox";
import type { TryLoad } from "@triptych/screen";
import type { Clients } from "../upstreams.ts";

/** An instant, as `instantIn` writes it. */
export const Instant = Type.String({
  description:
    "RFC 3339 date and time with the offset of the user's time zone, where the users service knows one, else in UTC: its first ten characters are the day to show",
});

/**
 * The user's time zone. When the users service fails it is undefined, and instants are in UTC:
 * better than none. The section is then listed in `degraded`, because a day may be one off.
 * @param deadlineMs how long to wait for it, in milliseconds: less than the section has
 */
export function timeZoneOf(tryLoad: TryLoad<Clients>, deadlineMs: number): Promise<string | undefined> {
  return tryLoad(({ users }) => users.me(), { deadlineMs }).then((user) => user?.timeZone);
}
