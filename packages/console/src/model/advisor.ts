import { latest } from "./critical-path.ts";
import type { CallView } from "./views.ts";
import type { ScreenDefinition } from "./definition.ts";
import { sentCalls, spread } from "./statistics.ts";
import type { KnownRequest } from "./store.ts";

/** With fewer requests a number says little. */
const ENOUGH = 10;
/** Answers that a service forbids to keep: so many are no accident. */
const NOT_KEPT = 5;
/** Calls that say what is so now. */
const LAST_CALLS = 20;
/** A section that is last this often decides how long the screen takes. */
const OFTEN_LAST = 0.5;
/** A shorter deadline may lose at most this share of a section's answers. */
const MAY_LOSE = 0.01;
/** Deadlines that people write, ms. */
const STEPS = [50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 800];
/** Retries beyond this share of calls are a load of their own. */
const MANY_RETRIES = 0.1;

/** Only what is so now is worth looking at, ms. */
export const WINDOW_MS = 300_000;

/** A sentence, and the share of pages or calls that it is about. */
type Advice = { readonly text: string; readonly share: number };

/**
 * What to look at in a screen, in sentences with numbers, of the last minutes. Nothing is said of
 * what is as it should be, or of too few requests.
 *
 * @param now ms since 1970
 */
export function adviceOn(
  screen: string,
  all: readonly KnownRequest[],
  definition: ScreenDefinition | undefined,
  now: number,
): readonly string[] {
  const requests = all.filter(({ at }) => Date.parse(at) >= now - WINDOW_MS);
  const calls = requests.flatMap((request) => request.calls);
  const forbidden = bySize(notKept(calls));
  if (requests.length < ENOUGH) return forbidden;
  return [
    // First what is wrong, then what could be better.
    ...forbidden,
    ...bySize([...failures(requests), ...retries(calls)]),
    ...bySize([...caches(calls), ...deadlines(requests, definition), ...sequences(requests)]),
    ...budgets(screen, requests, definition),
  ];
}

/** The most frequent first. */
function bySize(advice: readonly Advice[]): string[] {
  return advice.toSorted((one, other) => other.share - one.share).map(({ text }) => text);
}

function deadlines(requests: readonly KnownRequest[], definition: ScreenDefinition | undefined): Advice[] {
  return (definition?.sections ?? []).flatMap(({ name, deadlineMs, required }) => {
    const last = requests.filter(({ sections }) => latest(sections)?.name === name).length / requests.length;
    if (last < OFTEN_LAST) return [];
    const isLast = `${name} is last in ${percent(last)} of pages`;
    const now = deadlineMs ?? definition?.budget.deadlineMs ?? 0;
    const times = requests.flatMap(({ sections }) =>
      sections.filter((one) => one.name === name && one.outcome === "ok").map(({ durationMs }) => durationMs),
    );
    const lost = (limit: number): number => times.filter((ms) => ms > limit).length / times.length;
    const shorter = STEPS.find((step) => step < now && lost(step) <= MAY_LOSE);
    if (required || shorter === undefined || times.length < ENOUGH)
      return [{ text: `${isLast}.`, share: last }];
    const share = lost(shorter) === 0 ? "none" : percent(lost(shorter));
    const text = `${isLast}; a deadline of ${shorter} ms instead of ${now} would lose ${share} of them (${times.length} pages).`;
    return [{ text, share: last }];
  });
}

function failures(requests: readonly KnownRequest[]): Advice[] {
  const lacking = requests.flatMap(({ sections, calls }) =>
    sections
      .filter(({ outcome }) => outcome !== "ok")
      .map(({ name, reason }) => {
        const call = calls.findLast((one) => one.section === name && one.outcome !== "ok");
        const by =
          call === undefined ? "" : ` by ${call.upstream}${call.owner === null ? "" : ` (${call.owner})`}`;
        return `${name} lacks data${by}: ${reason ?? "a bug in the screen"}`;
      }),
  );
  return [...Map.groupBy(lacking, (text) => text)].map(([text, some]) => ({
    text: `${text}, in ${percent(some.length / requests.length)} of pages.`,
    share: some.length / requests.length,
  }));
}

function retries(calls: readonly CallView[]): Advice[] {
  return [...Map.groupBy(calls, whoseOf)].flatMap(([operation, some]) => {
    const again = some.filter(({ kind }) => kind === "retry").length;
    const first = some.filter(({ kind, address }) => kind === "first" && address !== null).length;
    const share = again / first;
    if (first === 0 || share < MANY_RETRIES) return [];
    const text = `${operation} is called again after ${percent(share)} of its calls: it fails often, and retries add to its load.`;
    return [{ text, share }];
  });
}

/** What a service says must not be kept, though its contract lets the operation be cached. */
function notKept(calls: readonly CallView[]): Advice[] {
  return [...Map.groupBy(calls, whoseOf)].flatMap(([operation, some]) => {
    const last = lastCached(some);
    const reasons = last.flatMap((call) => call.notKept ?? []);
    if (reasons.length < NOT_KEPT) return [];
    const why = [...new Set(reasons)].join(", ");
    const text = `${operation} could not be kept in ${reasons.length} of the last ${last.length} calls (${why}).`;
    return [{ text, share: reasons.length / last.length }];
  });
}

/** The newest: an older answer may have been allowed to be kept. */
function lastCached(calls: readonly CallView[]): readonly CallView[] {
  return calls
    .filter(({ cache, outcome }) => cache !== "none" && cache !== "coalesced" && outcome === "ok")
    .slice(0, LAST_CALLS);
}

function caches(calls: readonly CallView[]): Advice[] {
  return [...Map.groupBy(calls, whoseOf)].flatMap(([operation, some]) => {
    const cached = lastCached(some);
    const isTold = cached.filter((call) => call.notKept !== null).length >= NOT_KEPT;
    if (isTold || cached.length < ENOUGH || cached.some(({ cache }) => cache !== "miss")) return [];
    const text = `${operation} may be cached, but none of its last ${cached.length} calls was answered from the cache: look at its Cache-Control.`;
    return [{ text, share: 1 }];
  });
}

/** Sections that ask one service after another. */
function sequences(requests: readonly KnownRequest[]): Advice[] {
  const chains = requests.flatMap(({ calls }) => {
    const path = calls.filter(({ critical, kind }) => critical && kind === "first");
    const section = path[0]?.section;
    if (path.length < 2 || section === null || section === undefined) return [];
    const ms = path.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return [{ text: `${section} asks ${path.map(nameOf).join(", then ")}`, ms }];
  });
  return [...Map.groupBy(chains, ({ text }) => text)]
    .filter(([, some]) => some.length >= requests.length / 2)
    .map(([text, some]) => ({
      text: `${text}: together ${Math.round(spread(some.map(({ ms }) => ms)).p50)} ms in half of the pages.`,
      share: some.length / requests.length,
    }));
}

function budgets(
  screen: string,
  requests: readonly KnownRequest[],
  definition: ScreenDefinition | undefined,
): string[] {
  if (definition === undefined) return [];
  const { deadlineMs, upstreamCalls } = definition.budget;
  const calls = spread(requests.map(sentCalls)).p95;
  const { p95 } = spread(requests.map(({ ownMs }) => ownMs));
  const over = `${screen} makes ${calls} calls, and its budget is ${upstreamCalls}.`;
  const slow = `${screen} takes ${Math.round(p95)} ms in its slowest twentieth, ${percent(p95 / deadlineMs)} of its deadline.`;
  return [...(calls > upstreamCalls ? [over] : []), ...(p95 > deadlineMs * 0.8 ? [slow] : [])];
}

const nameOf = ({ upstream, operation }: CallView): string => `${upstream}.${operation}`;

/** With its section and its owner: who reads this wants to know whom to ask. */
function whoseOf(call: CallView): string {
  const about = [call.section === null ? "" : `for ${call.section}`, call.owner ?? ""].filter(Boolean);
  return about.length === 0 ? nameOf(call) : `${nameOf(call)} (${about.join(", ")})`;
}

/** `94%`, `0.3%`. */
function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}%`;
}
