import { rm } from "node:fs/promises";
import { startStack } from "@triptych/cli/stack";
import type { Stack } from "@triptych/cli/stack";
import { Agent, request } from "undici";
import { copiedData } from "../domain-services/testing/pristine-data.ts";
import { openDatabases } from "../e2e/databases/open.ts";
import { serviceControl } from "../e2e/system/service-control.ts";
import type { ServiceControl } from "../e2e/system/service-control.ts";
import { SERVICES } from "../e2e/system/start.ts";
import { unlessHeldUp } from "../e2e/system/held-up.ts";
import type { BudgetedScreen } from "./screens.ts";
import type { MeasuredScreen, Most, Use } from "./use.ts";
import { visitsOf } from "./visits.ts";
import type { Visit } from "./visits.ts";

/** One answer, and what it took. */
interface Cost extends Visit {
  readonly upstreamCalls: number;
  readonly bytes: number;
  /** Undefined where the answer was not whole. */
  readonly ms: number | undefined;
}

/**
 * What the screens take of their budgets: each is asked for, one request at a time, of its real app with the sample services behind it.
 * @param seed chooses whose visits are made
 * @throws Error where a screen fails, or is degraded by anything but the time
 */
export async function measureBudgets(
  screens: readonly BudgetedScreen[],
  seed: string,
): Promise<readonly MeasuredScreen[]> {
  await using begun = new AsyncDisposableStack();
  const dataDir = await copiedData();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const apps = [...new Set(screens.map(({ app }) => app))];
  const stack = await startStack({ ports: "free", roles: [...SERVICES, ...apps], dataDir });
  begun.defer(() => stack.stop());
  const databases = begun.use(openDatabases(dataDir));
  const services = SERVICES.map((name) => serviceControl(() => stack.adminUrl(name)));
  const agent = new Agent();
  begun.defer(async () => void (await Promise.all([agent.destroy(), ...services.map((one) => one.close())])));

  const measured: MeasuredScreen[] = [];
  for (const screen of screens) {
    const visits = visitsOf(screen.path, databases, seed);
    const costs: Cost[] = [];
    for (const visit of visits ?? []) costs.push(await costOf(screen, visit, { stack, services, agent }));
    measured.push({ ...screen, use: useOf(costs) });
  }
  return measured;
}

interface Place {
  readonly stack: Stack;
  readonly services: readonly ServiceControl[];
  readonly agent: Agent;
}

async function costOf({ app }: BudgetedScreen, visit: Visit, place: Place): Promise<Cost> {
  const { stack, services, agent } = place;
  const { text, status, timing } = await unlessHeldUp(async () => {
    await Promise.all(services.map((service) => service.forget()));
    const { statusCode, headers, body } = await request(`${stack.url(app)}${visit.path}`, {
      dispatcher: agent,
      headers: { accept: "application/json", "x-identity": stack.identity(visit.user, app) },
    });
    return { status: statusCode, text: await body.text(), timing: String(headers["server-timing"]) };
  });
  const calls = await Promise.all(services.map((service) => service.calls()));
  const cost = { ...visit, upstreamCalls: calls.flat().length, bytes: Buffer.byteLength(text) };
  if (status === 504 || text.includes('"reason":"timeout"')) return { ...cost, ms: undefined };
  if (status !== 200 || !text.includes('"degraded":[]')) {
    throw new Error(`${visit.path} of user ${visit.user} should be whole, it answered ${status}: ${text}`);
  }
  const [, total] = /\btotal;dur=([\d.]+)/.exec(timing) ?? [];
  return { ...cost, ms: Number(total) };
}

function useOf(costs: readonly Cost[]): Use | undefined {
  const [first] = costs;
  if (first === undefined) return undefined;
  const most = (amountOf: (cost: Cost) => number): Most => {
    const { user, path, ...cost } = costs.reduce((a, b) => (amountOf(b) > amountOf(a) ? b : a), first);
    return { user, path, amount: amountOf({ user, path, ...cost }) };
  };
  const times = costs.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).toSorted((a, b) => a - b);
  return {
    visits: costs.length,
    medianMs: times[Math.floor(times.length / 2)],
    upstreamCalls: most(({ upstreamCalls }) => upstreamCalls),
    bytes: most(({ bytes }) => bytes),
  };
}
