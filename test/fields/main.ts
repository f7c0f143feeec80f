/**
 * `npm run fields -- <app>`: which fields of the services' answers the screens of an app do not
 * read. What the console of a running stack has seen, else what visits of every screen show.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { addressOf, bffsIn, ROOT } from "@triptych/cli/stack";
import type { RoleName } from "@triptych/cli/stack";
import { runCommand } from "@triptych/testing/program";
import { visitsOf } from "../budgets/measure.ts";
import { budgetedScreens } from "../budgets/screens.ts";
import type { BudgetedScreen } from "../budgets/screens.ts";
import { startWatchedSystem } from "../console/testing/watched-system.ts";
import { renderFields, renderUnseen } from "./render.ts";
import type { ScreenFields } from "./render.ts";

/** Any fixed text: with it, two runs visit the same pages. */
const SEED = "fields";
const VISITS = 6;
/** The probe tells of reads when a request is over, whatever its deadline. */
const TOLD_AFTER_MS = 2_500;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function fieldsAt(origin: string, app: string): Promise<readonly ScreenFields[]> {
  const answer = await fetch(`${origin}/fields.json`);
  const all: readonly ScreenFields[] = JSON.parse(await answer.text());
  return all.filter((fields) => fields.app === app);
}

/** Undefined where no stack runs, or its console has seen nothing of this app. */
async function seenBefore(app: string): Promise<readonly ScreenFields[] | undefined> {
  const origin = addressOf(ROOT, "console");
  if (origin === undefined) return undefined;
  const fields = await fieldsAt(origin, app).catch(() => []);
  return fields.length > 0 ? fields : undefined;
}

async function visitAll(app: RoleName, screens: readonly BudgetedScreen[]): Promise<readonly ScreenFields[]> {
  await using watched = await startWatchedSystem(app);
  for (const screen of screens) {
    const visits = visitsOf(screen, watched.running.databases, SEED);
    for (const { path, user } of visits.slice(0, VISITS)) await watched.running.screen(app, path, user);
  }
  await sleep(TOLD_AFTER_MS);
  return fieldsAt(watched.origin, app);
}

await runCommand("fields", "npm run fields -- web-bff", async () => {
  const [wanted = ""] = process.argv.slice(2);
  const apps = bffsIn(ROOT).map(({ name }) => name);
  const app = apps.find((name) => name === wanted || name === `${wanted}-bff`);
  if (app === undefined) throw new TypeError(`name an app, one of ${apps.join(", ")}`);
  const screens = await budgetedScreens([app]);
  const fields = (await seenBefore(app)) ?? (await visitAll(app, screens));
  const names = screens.map(({ name }) => name);
  const text = [renderFields(fields), renderUnseen(names, fields)].filter(Boolean).join("\n\n");
  print(text || `${app}: nothing seen. Run npm start, use the app, and ask again.`);
});
