import { toCursor } from "../domain-services/orders/main.ts";
import { sample } from "../e2e/testing/databases.ts";
import type { Databases } from "../e2e/testing/databases.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";
import { queriesOf } from "./screens.ts";
import type { BudgetedScreen, MeasuredScreen, Most, Use, Visit } from "./screens.ts";

/** A visit, and what its answer used. */
interface Cost extends Visit {
  readonly upstreamCalls: number;
  readonly bytes: number;
  /** Undefined where the answer was not complete. */
  readonly ms: number | undefined;
}

/**
 * What the screens use of their budgets. Each is asked for, one request at a time, from its real
 * app with the sample services behind it.
 * @param seed chooses the users of the visits: the same seed chooses the same users
 * @throws Error where a screen fails, or is degraded by anything but a timeout
 */
export async function measureBudgets(
  screens: readonly BudgetedScreen[],
  seed: string,
): Promise<readonly MeasuredScreen[]> {
  const apps = [...new Set(screens.map(({ app }) => app))];
  await using running = await startRunning({ roles: [...SERVICES, ...apps] });
  // A budget is for a visit for which nothing is cached.
  const services = Object.values(running.services);
  await Promise.all(services.map((service) => service.misbehave({ cacheControl: "no-store" })));
  const measured: MeasuredScreen[] = [];
  for (const screen of screens) {
    const visits = visitsOf(screen, running.databases, seed);
    const costs: Cost[] = [];
    for (const visit of visits) costs.push(await costOf(screen, visit, running));
    const isSent = (name: string): boolean =>
      visits.some(({ path }) => new RegExp(`[?&]${name}=`).test(path));
    const unmeasured = screen.query.map(({ name }) => name).filter((name) => !isSent(name));
    measured.push({ ...screen, use: useOf(costs), unmeasured });
  }
  return measured;
}

async function costOf({ app }: BudgetedScreen, visit: Visit, running: RunningStack): Promise<Cost> {
  const services = Object.values(running.services);
  const { text, status, timing } = await unlessHeldUp(async () => {
    await Promise.all(services.map((service) => service.forget()));
    const answer = await running.once(app, visit.path, visit.user);
    return { ...answer, timing: String(answer.headers["server-timing"]) };
  });
  const calls = await Promise.all(services.map((service) => service.calls()));
  // A hedge or a retry is another attempt at the same call.
  const upstreamCalls = calls
    .map((ofService) => new Set(ofService.map(({ method, path }) => `${method} ${path}`)).size)
    .reduce((sum, count) => sum + count, 0);
  const cost = { ...visit, upstreamCalls, bytes: Buffer.byteLength(text) };
  if (status === 504 || text.includes('"reason":"timeout"')) return { ...cost, ms: undefined };
  if (status !== 200 || !text.includes('"degraded":[]')) {
    throw new Error(
      `${visit.path} of user ${visit.user} should be complete, but answered ${status}: ${text}`,
    );
  }
  const [, total] = /\btotal;dur=([\d.]+)/.exec(timing) ?? [];
  return { ...cost, ms: Number(total) };
}

function useOf(costs: readonly Cost[]): Use | undefined {
  const [first] = costs;
  if (first === undefined) return undefined;
  const most = (amountOf: (cost: Cost) => number): Most => {
    const cost = costs.reduce((a, b) => (amountOf(b) > amountOf(a) ? b : a), first);
    return { user: cost.user, path: cost.path, amount: amountOf(cost) };
  };
  const times = costs.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).toSorted((a, b) => a - b);
  return {
    visits: costs.length,
    medianMs: times[Math.floor(times.length / 2)],
    upstreamCalls: most(({ upstreamCalls }) => upstreamCalls),
    bytes: most(({ bytes }) => bytes),
  };
}

/** Visits are made by this many users, and for the largest orders and products that exist. */
const USERS = 20;

/** Whose lists have most pages: a list that looks for what fits asks for several. */
const MOST_ORDERS =
  "SELECT user_id FROM orders.orders GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 3";

/** The order of each user with most lines, and the orders with most text of all. */
const LARGEST_ORDER = `
  SELECT id FROM orders.orders AS mine WHERE user_id = :user
  ORDER BY (SELECT count(*) FROM orders.order_lines WHERE order_id = mine.id) DESC, id LIMIT 1`;
const LARGEST_ORDERS_OF_ALL = `
  SELECT user_id || '/' || id FROM orders.orders AS any_order
  ORDER BY (SELECT sum(length(title) + 100) FROM orders.order_lines WHERE order_id = any_order.id) DESC, id LIMIT 20`;
const LONGEST_PRODUCTS = `
  SELECT id FROM catalog.products AS product ORDER BY length(description) + 100 * (
    SELECT count(*) FROM catalog.product_images WHERE product_id = product.id
  ) DESC, id LIMIT ${USERS}`;

const NEWEST_ORDER =
  "SELECT placed_at || '|' || id FROM orders.orders WHERE user_id = :user ORDER BY placed_at DESC, id DESC LIMIT 1";

/** A user's values for parameters of a query whose schemas list none. */
const IN_QUERY: Readonly<Record<string, (databases: Databases, user: string) => string | undefined>> = {
  cursor(databases, user) {
    const [placedAt, id] = databases.texts(NEWEST_ORDER, { user })[0]?.split("|") ?? [];
    return placedAt === undefined || id === undefined ? undefined : toCursor(user, { placedAt, id });
  },
};

/**
 * Visits of a screen on the sample data, with each of its queries. None where no value is known for
 * a parameter that it needs.
 */
export function visitsOf(
  screen: Pick<BudgetedScreen, "path" | "query">,
  databases: Databases,
  seed: string,
): readonly Visit[] {
  return pathsOf(screen.path, databases, seed).flatMap(({ user, path }) => {
    const queries = queriesOf(screen.query, (name) => IN_QUERY[name]?.(databases, user)) ?? [];
    return queries.map((query) => ({ user, path: query === "" ? path : `${path}?${query}` }));
  });
}

function pathsOf(path: string, databases: Databases, seed: string): readonly Visit[] {
  const users = sample(databases.texts("SELECT DISTINCT user_id FROM orders.orders"), USERS, seed);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const visit = (user: string, value: string): Visit => ({ user, path: path.replace(/:\w+/, value) });
  switch (parameters.join()) {
    case "":
      return [...databases.texts(MOST_ORDERS), ...users].map((user) => ({ user, path }));
    case "orderId": {
      const own = users.flatMap((user) =>
        databases.texts(LARGEST_ORDER, { user }).map((id) => visit(user, id)),
      );
      const largest = databases.texts(LARGEST_ORDERS_OF_ALL).map((owned) => {
        const [user = "", id = ""] = owned.split("/");
        return visit(user, id);
      });
      return [...own, ...largest];
    }
    case "productId": {
      const products = databases.texts(LONGEST_PRODUCTS);
      return products.map((id, index) => visit(users[index % users.length] ?? "", id));
    }
    default:
      return [];
  }
}
