import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RoleName } from "@triptych/cli/stack";
import { differencesOf } from "@triptych/gateway";
import type { Difference } from "@triptych/gateway";
import { visitsOf } from "../budgets/measure.ts";
import type { BudgetedScreen, Visit } from "../budgets/screens.ts";
import type { Answer } from "../e2e/testing/client.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";
import { fieldsAt, readJson } from "../repository/documents.ts";
import type { Finding, Outcome } from "./findings.ts";

/** Any fixed text: with it, two runs visit the same pages. */
const SEED = "shadow";
/** How often a pair that differs is asked again: a clock may have ticked between the two. */
const TRIES = 3;

/** A request to be played, and the app that it is for. */
export interface Played extends Visit {
  readonly app: RoleName;
  /** The version that the client says. Default: none, so the newest shapes are compared. */
  readonly appVersion?: string | undefined;
}

/** What is played, and against what. */
export interface Shadow {
  /** The repository of the version before. */
  readonly base: string;
  /** The repository of the version that is looked at. */
  readonly here: string;
  readonly screens: readonly BudgetedScreen[];
  /** Recorded requests, besides those of the sample users. */
  readonly requests?: readonly Played[];
  readonly ignored?: readonly string[];
  /** The version that clients say whose request has none. */
  readonly appVersion?: string | undefined;
}

/** Plays the same requests to two versions, with the same services behind both. */
export async function playShadow(shadow: Shadow): Promise<Outcome> {
  const { base, here, requests = [], ignored = [] } = shadow;
  const screens = shadow.screens.filter((screen) => isIn(base, screen));
  const added = shadow.screens
    .filter((screen) => !screens.includes(screen))
    .map(({ app, name }) => `${app} ${name}`);
  const apps = [...new Set([...screens, ...requests].map(({ app }) => app))];
  await using services = await startRunning({ roles: SERVICES });
  const env = Object.fromEntries(
    SERVICES.map((name) => [`${name.toUpperCase()}_URL`, services.stack.url(name)]),
  );
  const roleEnv = Object.fromEntries(apps.map((app) => [app, env]));
  await using before = await startRunning({ root: base, roles: apps, roleEnv });
  await using after = await startRunning({ root: here, roles: apps, roleEnv });
  const visits = screens.flatMap((screen) =>
    visitsOf(screen, services.databases, SEED).map(({ path, user }) => ({ path, user, app: screen.app })),
  );
  const ask = (running: RunningStack, { app, path, user, appVersion = shadow.appVersion }: Played) => {
    const headers = appVersion === undefined ? {} : { "x-app-version": appVersion };
    return unlessHeldUp(() => running.once(app, path, user, { headers }));
  };
  const played = [...visits, ...requests];
  const findings = new Map<string, Finding>();
  let refused = 0;
  for (const request of played) {
    const bothAnswers = () => Promise.all([ask(before, request), ask(after, request)]);
    const { differences, areRefusals } = await compareTwo(bothAnswers, ignored);
    if (areRefusals) refused += 1;
    for (const difference of differences) {
      const key = `${request.app} ${difference.at}`;
      const found = findings.get(key) ?? { ...request, ...difference, pairs: 0 };
      findings.set(key, { ...found, pairs: found.pairs + 1 });
    }
  }
  return { findings: [...findings.values()], pairs: played.length, refused, added };
}

/** Whether a version has the screen, by the contract that it published. */
function isIn(root: string, { app, path }: BudgetedScreen): boolean {
  const contract = join(root, "apps", app, "contracts", "openapi.json");
  const template = path.replaceAll(/:(\w+)/g, "{$1}");
  return existsSync(contract) && "get" in fieldsAt(readJson(contract), "paths", template);
}

async function compareTwo(
  bothAnswers: () => Promise<readonly [Answer, Answer]>,
  ignored: readonly string[],
): Promise<{ readonly differences: readonly Difference[]; readonly areRefusals: boolean }> {
  for (let tries = 1; ; tries += 1) {
    const both = await bothAnswers();
    const differences = differencesOf(...both, ignored);
    if (differences.length > 0 && tries < TRIES) continue;
    return { differences, areRefusals: both.every(({ status }) => status >= 400) };
  }
}
