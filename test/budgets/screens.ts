import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bffsIn, ROOT } from "@triptych/cli/stack";
import { fieldsAt, listAt, textAt } from "../repository/documents.ts";

/** What a screen may cost: see `Budget` in packages/screen. */
export interface Budget {
  readonly deadlineMs: number;
  readonly upstreamCalls: number;
  readonly bytes: number;
}

/** A screen of an app, and where clients ask for it. */
export interface BudgetedScreen {
  readonly app: ReturnType<typeof bffsIn>[number]["name"];
  readonly name: string;
  /** In Express's form, with the app's prefix: `/web/orders/:orderId`. */
  readonly path: string;
  readonly budget: Budget;
}

/**
 * The screens of these apps, of every BFF where none is named. The gateway has none, nor an app whose clients write their own
 * queries.
 * @throws TypeError where there is no such app
 */
export async function budgetedScreens(names: readonly string[] = []): Promise<readonly BudgetedScreen[]> {
  const bffs = bffsIn(ROOT);
  const stranger = names.find((name) => !existsSync(join(ROOT, "apps", name, "package.json")));
  if (stranger !== undefined) {
    const known = bffs.map(({ name }) => name).join(", ");
    throw new TypeError(`there is no app ${JSON.stringify(stranger)}: those with screens are among ${known}`);
  }
  const all: BudgetedScreen[] = [];
  for (const { name: app, prefix } of bffs) {
    const file = join(ROOT, "apps", app, "src", "app.ts");
    if ((names.length > 0 && !names.includes(app)) || !existsSync(file)) continue;
    const module: unknown = await import(pathToFileURL(file).href);
    const answers = fieldsAt(fieldsAt(module, "bff"), "answers");
    if (!("screens" in answers)) continue;
    for (const screen of listAt(answers, "screens")) {
      const name = textAt(screen, "name");
      all.push({
        app,
        name,
        path: `${prefix}${textAt(screen, "path")}`,
        budget: budgetOf(screen, `${app} ${name}`),
      });
    }
  }
  return all;
}

function budgetOf(screen: unknown, whose: string): Budget {
  const { deadlineMs, upstreamCalls, bytes } = fieldsAt(screen, "budget");
  if (typeof deadlineMs === "number" && typeof upstreamCalls === "number" && typeof bytes === "number") {
    return { deadlineMs, upstreamCalls, bytes };
  }
  throw new TypeError(`${whose} must have a budget of deadlineMs, upstreamCalls and bytes`);
}
