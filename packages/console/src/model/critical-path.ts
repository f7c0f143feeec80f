import type { CallView, RequestView, Timed } from "./views.ts";

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
  // A path ends with an attempt that was given up only if there is no other.
  const winners = among.filter((call) => call.outcome !== "abandoned");
  let found: CallView | undefined = latest(winners.length > 0 ? winners : among);
  while (found !== undefined) {
    // Until a hedge was sent, the page waited for the attempt that it was to replace.
    const hedged = found.kind === "hedge" ? among.find((call) => isHedgedBy(call, found)) : undefined;
    for (const call of [found, hedged]) if (call !== undefined) call.critical = true;
    const marked: CallView = hedged ?? found;
    const before: number = marked.startMs + SLACK_MS;
    found = latest(winners.filter((call) => !call.critical && endOf(call) <= before && call !== marked));
  }
}

/** Whether a hedge repeats a call that was still under way. */
function isHedgedBy(call: CallView, hedge: CallView | undefined): boolean {
  return (
    call.upstream === hedge?.upstream &&
    call.operation === hedge.operation &&
    call.attempt === hedge.attempt - 1 &&
    call.startMs < hedge.startMs
  );
}

const endOf = ({ startMs, durationMs }: Timed): number => startMs + durationMs;

/** The section that the answer waited for; undefined where there is none. */
export function latest<Item extends Timed>(items: readonly Item[]): Item | undefined {
  return items.reduce<Item | undefined>(
    (last, one) => (last === undefined || endOf(one) > endOf(last) ? one : last),
    undefined,
  );
}
