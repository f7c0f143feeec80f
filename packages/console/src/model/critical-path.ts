import type { CallView, RequestView } from "./views.ts";

/**
 * Spans that follow one another may overlap by the clock's resolution and a turn of the loop, ms.
 */
const SLACK_MS = 1;

/**
 * Marks the calls that the request's end waited for: from the end of the section that was last (or
 * that failed the screen) backwards, always the call that ended last before the one already found
 * began. Time on this path is time that the client waited (Eaton and others: "CRISP: Critical Path
 * Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022).
 */
export function markCritical({ sections, calls, outcome }: RequestView): void {
  const failed = outcome === "failed" ? sections.find((section) => section.outcome === "failed") : undefined;
  const last = failed ?? latest(sections);
  const among = last === undefined ? calls : calls.filter(({ section }) => section === last.name);
  // The attempt that lost against a hedge kept the request waiting only if nothing else did.
  const winners = among.filter((call) => call.outcome !== "abandoned");
  let found: CallView | undefined = latest(winners.length > 0 ? winners : among);
  while (found !== undefined) {
    found.critical = true;
    const before: number = found.startMs + SLACK_MS;
    const marked: CallView = found;
    found = latest(winners.filter((call) => !call.critical && endOf(call) <= before && call !== marked));
  }
}

type Timed = { readonly startMs: number; readonly durationMs: number };

const endOf = ({ startMs, durationMs }: Timed): number => startMs + durationMs;

/** The section that the answer waited for; undefined where there is none. */
export function latest<Item extends Timed>(items: readonly Item[]): Item | undefined {
  return items.reduce<Item | undefined>(
    (last, one) => (last === undefined || endOf(one) > endOf(last) ? one : last),
    undefined,
  );
}
