import { markdownTable } from "../bench/report/table.ts";
import type { MeasuredScreen, Use } from "./screens.ts";

/** What the screens were at the base, and what it is called. */
export interface Before {
  readonly name: string;
  readonly screens: readonly MeasuredScreen[];
}

/**
 * The screens' use of their budgets as a table of Markdown, which a terminal shows as well; with
 * what changed since the base. Times are of the machine that measured; calls and bytes are the most
 * that a visit took.
 */
export function renderReport(screens: readonly MeasuredScreen[], before: Before | undefined): string {
  const rows = screens.map((screen) => rowOf(screen, before));
  const heads = ["screen", "deadline (median)", "upstream calls (most)", "bytes (most)"];
  const columns = heads.map((head) => ({ head }));
  const gone = (before?.screens ?? []).filter((old) => screens.every((screen) => !isSame(screen, old)));
  const notes = gone.map(({ app, name }) => `Gone since ${before?.name ?? ""}: ${app} ${name}`);
  const parts = screens.flatMap(({ app, name, use, unmeasured }) =>
    use === undefined || unmeasured.length === 0
      ? []
      : [`${app} ${name} was not asked with ${unmeasured.join(", ")}: its schema lists no values (examples)`],
  );
  const since = before === undefined ? [] : [`In brackets: the change since ${before.name}.`];
  return [markdownTable(columns, rows), "", ...since, ...parts, ...notes].join("\n").trimEnd();
}

function rowOf(screen: MeasuredScreen, before: Before | undefined): readonly string[] {
  const { app, name, budget, use, path } = screen;
  const title = `${app} ${name}`;
  if (use === undefined) return [title, `no value is known for a parameter of ${path}`, "", ""];
  const old = before?.screens.find((candidate) => isSame(screen, candidate));
  const isNew = before !== undefined && old?.use === undefined;
  const cell = (
    amountOf: (use: Use) => number | undefined,
    limitOf: (budget: MeasuredScreen["budget"]) => number,
    unit = "",
  ): string => {
    const [used, usedBefore] = [amountOf(use), old?.use && amountOf(old.use)];
    const [allowed, allowedBefore] = [limitOf(budget), old && limitOf(old.budget)];
    const share = used === undefined ? "never in time" : `${Math.round((100 * used) / allowed)}%`;
    const limit =
      allowedBefore === undefined || allowedBefore === allowed ? "" : `, was ${number(allowedBefore)}`;
    const change = used === undefined || usedBefore === undefined ? "" : ` [${signed(used - usedBefore)}]`;
    return `${number(used ?? 0)} of ${number(allowed)}${limit}${unit} (${share})${change}`;
  };
  return [
    isNew ? `${title} [new]` : title,
    cell(
      ({ medianMs }) => medianMs && Math.round(medianMs),
      ({ deadlineMs }) => deadlineMs,
      " ms",
    ),
    cell(
      ({ upstreamCalls }) => upstreamCalls.amount,
      ({ upstreamCalls }) => upstreamCalls,
    ),
    cell(
      ({ bytes }) => bytes.amount,
      ({ bytes }) => bytes,
    ),
  ];
}

function isSame(one: MeasuredScreen, other: MeasuredScreen): boolean {
  return one.app === other.app && one.name === other.name;
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}

function signed(change: number): string {
  if (change === 0) return "=";
  return change > 0 ? `+${number(change)}` : `−${number(-change)}`;
}
