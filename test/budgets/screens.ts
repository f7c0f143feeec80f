import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bffsIn, ROOT } from "@triptych/cli/stack";
import { fieldsAt, listAt, textAt } from "../repository/documents.ts";

/** What a screen may use: ms, calls, bytes. See `Budget` in packages/screen. */
interface Budget {
  readonly deadlineMs: number;
  readonly upstreamCalls: number;
  readonly bytes: number;
}

/** A screen of an app, and its path. */
export interface BudgetedScreen {
  readonly app: ReturnType<typeof bffsIn>[number]["name"];
  readonly name: string;
  /** In Express's form, with the app's prefix: `/web/orders/:orderId`. */
  readonly path: string;
  /** Whether there is no answer without a query. */
  readonly needsQuery: boolean;
  readonly budget: Budget;
}

/** One request for a screen. */
export interface Visit {
  readonly user: string;
  readonly path: string;
}

/** The visit that used most of something, and how much it used. */
export interface Most extends Visit {
  readonly amount: number;
}

/** What the visits of one screen used of its budget. */
export interface Use {
  readonly visits: number;
  /**
   * The median of complete answers, ms, by the screen's `Server-Timing`. Undefined where none was
   * in time.
   */
  readonly medianMs: number | undefined;
  readonly upstreamCalls: Most;
  readonly bytes: Most;
}

/** A screen that was visited. */
export interface MeasuredScreen extends BudgetedScreen {
  /** Undefined where no value is known for a parameter. */
  readonly use: Use | undefined;
}

/**
 * The screens of these apps (`web` is web-bff), or of every BFF where none is named. The gateway
 * has none, and neither has an app whose clients write their own queries.
 * @throws TypeError where there is no such app
 */
export async function budgetedScreens(names: readonly string[] = []): Promise<readonly BudgetedScreen[]> {
  const bffs = bffsIn(ROOT);
  const wanted = names.map((name) => {
    const isApp = (app: string): boolean => existsSync(join(ROOT, "apps", app, "package.json"));
    const app = [name, `${name}-bff`].find(isApp);
    if (app !== undefined) return app;
    const known = bffs.map((bff) => bff.name).join(", ");
    throw new TypeError(`there is no app ${JSON.stringify(name)}: those with screens are among ${known}`);
  });
  const all: BudgetedScreen[] = [];
  for (const { name: app, prefix } of bffs) {
    const file = join(ROOT, "apps", app, "src", "app.ts");
    if ((wanted.length > 0 && !wanted.includes(app)) || !existsSync(file)) continue;
    const module: unknown = await import(pathToFileURL(file).href);
    const answers = fieldsAt(fieldsAt(module, "bff"), "answers");
    if (!("screens" in answers)) continue;
    for (const screen of listAt(answers, "screens")) {
      const name = textAt(screen, "name");
      all.push({
        app,
        name,
        path: `${prefix}${textAt(screen, "path")}`,
        needsQuery: needsQuery(screen),
        budget: budgetOf(screen, `${app} ${name}`),
      });
    }
  }
  return all;
}

function needsQuery(screen: unknown): boolean {
  const parameters = fieldsAt(screen, "query", "properties");
  return listAt(screen, "query", "required").some(
    (name) => !("default" in fieldsAt(parameters, String(name))),
  );
}

function budgetOf(screen: unknown, whose: string): Budget {
  const { deadlineMs, upstreamCalls, bytes } = fieldsAt(screen, "budget");
  if (typeof deadlineMs === "number" && typeof upstreamCalls === "number" && typeof bytes === "number") {
    return { deadlineMs, upstreamCalls, bytes };
  }
  throw new TypeError(`${whose} must have a budget of deadlineMs, upstreamCalls and bytes`);
}

/** What a screen used more of than its budget allows: a sentence each, with what to do. */
export function overruns({ app, name, budget, use }: MeasuredScreen): readonly string[] {
  if (use === undefined) return [];
  const advice = `or raise it in apps/${app}/src/screens and say why`;
  const found: string[] = [];
  if (use.medianMs === undefined) {
    found.push(
      `no answer was complete within its deadline of ${budget.deadlineMs} ms: wait for less, ${advice}`,
    );
  }
  for (const [member, unit, remedy] of [
    ["upstreamCalls", "upstream calls", "ask for less"],
    ["bytes", "bytes", "answer less"],
  ] as const) {
    const { amount, path, user } = use[member];
    if (amount <= budget[member]) continue;
    found.push(
      `${amount} ${unit} for ${path} of user ${user}, its budget is ${budget[member]}: ${remedy}, ${advice}`,
    );
  }
  return found.map((what) => `${app} ${name}: ${what}`);
}
