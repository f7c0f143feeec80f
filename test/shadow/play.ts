import type { RoleName } from "@triptych/cli/stack";
import { differencesOf } from "@triptych/gateway";
import type { Difference } from "@triptych/gateway";
import { visitsOf } from "../budgets/measure.ts";
import type { BudgetedScreen, Visit } from "../budgets/screens.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";
import type { Finding } from "./findings.ts";

/** Any fixed text: with it, two runs visit the same pages. */
const SEED = "shadow";
/** How often a pair that differs is asked again: a clock may have ticked between the two. */
const TRIES = 3;

/** A request to be played, and the app that it is for. */
export interface Played extends Visit {
  readonly app: RoleName;
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
}

/**
 * Plays the same requests to two versions, with the same services behind both.
 * @returns the places in which they differ, and how many requests were played
 */
export async function playShadow({ base, here, screens, requests = [], ignored = [] }: Shadow): Promise<{
  readonly findings: readonly Finding[];
  readonly pairs: number;
}> {
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
  const played = [...visits, ...requests];
  const findings = new Map<string, Finding>();
  for (const request of played) {
    for (const difference of await compareTwo(request, before, after, ignored)) {
      const key = `${request.app} ${difference.at}`;
      const found = findings.get(key) ?? { ...request, ...difference, pairs: 0 };
      findings.set(key, { ...found, pairs: found.pairs + 1 });
    }
  }
  return { findings: [...findings.values()], pairs: played.length };
}

async function compareTwo(
  { app, path, user }: Played,
  before: RunningStack,
  after: RunningStack,
  ignored: readonly string[],
): Promise<readonly Difference[]> {
  const answerOf = (running: RunningStack) => unlessHeldUp(() => running.once(app, path, user));
  let differences: readonly Difference[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [one, other] = await Promise.all([answerOf(before), answerOf(after)]);
    differences = differencesOf(one, other, ignored);
    if (differences.length === 0) break;
  }
  return differences;
}
