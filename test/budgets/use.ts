import type { BudgetedScreen } from "./screens.ts";
import type { Visit } from "./visits.ts";

/** The visit that took most of something. */
export interface Most extends Visit {
  readonly amount: number;
}

/** What the visits of one screen took of its budget. */
export interface Use {
  readonly visits: number;
  /** Of whole answers: the middle one, milliseconds, by the screen's own `Server-Timing`. Undefined where none came in time. */
  readonly medianMs: number | undefined;
  readonly upstreamCalls: Most;
  readonly bytes: Most;
}

export interface MeasuredScreen extends BudgetedScreen {
  /** Undefined where nothing is known to stand in its path. */
  readonly use: Use | undefined;
}

/** What a screen took more of than its budget allows: a sentence each, with what to do. None where it keeps it. */
export function overruns({ app, name, budget, use }: MeasuredScreen): readonly string[] {
  if (use === undefined) return [];
  const where = `raise it in apps/${app}/src/screens and say why`;
  const found: string[] = [];
  if (use.medianMs === undefined) {
    found.push(
      `${app} ${name}: no answer was whole within its deadline of ${budget.deadlineMs} ms: wait for less, or ${where}`,
    );
  }
  const { upstreamCalls, bytes } = use;
  if (upstreamCalls.amount > budget.upstreamCalls) {
    found.push(
      `${app} ${name}: ${upstreamCalls.amount} upstream calls for ${upstreamCalls.path} of user ${upstreamCalls.user}, its budget is ${budget.upstreamCalls}: ask for less, or ${where}`,
    );
  }
  if (bytes.amount > budget.bytes) {
    found.push(
      `${app} ${name}: ${bytes.amount} bytes for ${bytes.path} of user ${bytes.user}, its budget is ${budget.bytes}: answer less, or ${where}`,
    );
  }
  return found;
}
