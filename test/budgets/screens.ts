import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bffsIn, ROOT } from "@triptych/cli/stack";
import type { AnyScreen, Budget } from "@triptych/screen";
import { fieldsAt, listAt } from "../repository/documents.ts";

/** As much of an app's `src/app.ts` as says its screens. */
type AppModule = { readonly bff: { readonly answers: { readonly screens?: readonly AnyScreen<never>[] } } };

/** A parameter of a screen's query. */
export interface QueryParameter {
  readonly name: string;
  /** Whether there is no answer without it. */
  readonly isRequired: boolean;
  /** Those that its schema lists: `enum`, constants, a boolean's, a number's bounds, `examples`. */
  readonly values: readonly string[];
}

/** A screen of an app, and its path. */
export interface BudgetedScreen {
  readonly app: ReturnType<typeof bffsIn>[number]["name"];
  readonly name: string;
  /** In Express's form, with the app's prefix: `/web/orders/:orderId`. */
  readonly path: string;
  readonly query: readonly QueryParameter[];
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
  /** Undefined where no value is known for a parameter of the path, or for a required one. */
  readonly use: Use | undefined;
  /** Parameters of the query that no visit had: no value is known for them. */
  readonly unmeasured: readonly string[];
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
    const { bff }: AppModule = await import(pathToFileURL(file).href);
    for (const screen of bff.answers.screens ?? []) {
      const { name, path, budget } = screen;
      all.push({ app, name, path: `${prefix}${path}`, query: queryOf(screen), budget });
    }
  }
  return all;
}

/** The parameters of a screen's query, by its schema. */
export function queryOf(screen: unknown): readonly QueryParameter[] {
  const required = listAt(screen, "query", "required");
  return Object.entries(fieldsAt(screen, "query", "properties")).map(([name, schema]) => ({
    name,
    isRequired: required.includes(name) && !("default" in fieldsAt(schema)),
    values: listedValues(schema),
  }));
}

function listedValues(schema: unknown): readonly string[] {
  const { type, const: constant, items, anyOf, minimum, maximum } = fieldsAt(schema);
  if (type === "array") return listedValues(items);
  const own = type === "boolean" ? [false, true] : constant === undefined ? [] : [constant];
  const bounds = [minimum, maximum].filter((bound) => bound !== undefined);
  const listed = [...own, ...bounds, ...listAt(schema, "enum"), ...listAt(schema, "examples")].map(String);
  return [...listed, ...(anyOf === undefined ? [] : listAt(schema, "anyOf").flatMap(listedValues))];
}

/**
 * The queries of a user's visits: first only what is required, then that with one other value each,
 * because the fullest page may be a filtered one, then all parameters together.
 *
 * @param known a value of this user's for a parameter whose schema lists none
 * @returns undefined where no value is known for a required parameter
 */
export function queriesOf(
  query: readonly QueryParameter[],
  known: (name: string) => string | undefined,
): readonly string[] | undefined {
  const all = query.map(({ name, isRequired, values }) => {
    const value = values.length === 0 ? known(name) : undefined;
    return { name, isRequired, values: value === undefined ? values : [value] };
  });
  if (all.some(({ isRequired, values }) => isRequired && values.length === 0)) return undefined;
  const most = Math.max(0, ...all.map(({ values }) => values.length));
  const written = (parameters: typeof all, index: number): string =>
    new URLSearchParams(
      parameters.flatMap(({ name, values }) => {
        const value = values[index % values.length];
        return value === undefined ? [] : [[name, value]];
      }),
    ).toString();
  const required = all.filter(({ isRequired }) => isRequired);
  const single = all.flatMap((one) =>
    one.values.map((value) =>
      written([...required.filter(({ name }) => name !== one.name), { ...one, values: [value] }], 0),
    ),
  );
  const together = Array.from({ length: most }, (_, index) => written(all, index));
  return [...new Set([written(required, 0), ...single, ...together])];
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
