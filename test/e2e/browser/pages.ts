import { SERVICES } from "../system/start.ts";
import type { ServiceName, System } from "../system/start.ts";

/** With 64 orders, of which one can be cancelled. */
export const VISITOR = "7";

const ORDER = "SELECT id FROM orders.orders WHERE user_id = :user AND status = 'paid' ORDER BY id LIMIT 1";

export const PAGES = ["home", "order", "product"] as const;
export type PageName = (typeof PAGES)[number];

/** One page of each kind; the product's title holds markup. */
export function pathOf({ databases }: System, page: PageName): string {
  if (page === "home") return "/web/home-page";
  if (page === "product") return "/web/products/prd_0001";
  const [order = ""] = databases.texts(ORDER, { user: VISITOR });
  return `/web/orders/${order}`;
}

export const STATES = ["normal", "degraded", "failed"] as const;
export type State = (typeof STATES)[number];

/** The services that a page can do without. */
const OPTIONAL: Readonly<Record<PageName, readonly ServiceName[]>> = {
  home: ["orders", "recommendations"],
  order: ["catalog"],
  product: ["recommendations"],
};

/** Brings a page into a state: the services that it can do without fail, or all of them. */
export async function enter(system: System, state: State, page: PageName): Promise<void> {
  const failing: Readonly<Record<State, readonly ServiceName[]>> = {
    normal: [],
    degraded: OPTIONAL[page],
    failed: SERVICES,
  };
  for (const name of SERVICES) {
    const fails = failing[state].includes(name);
    await system.services[name].misbehave(fails ? { fail: { status: 500 } } : {});
  }
}

/** What a visitor must see of each page in each state, from top to bottom. */
export const SEEN: Readonly<Record<State, Readonly<Record<PageName, RegExp>>>> = {
  normal: {
    home: /Hello, [^]*Jörg[^]*Recent orders[^]*SO-2[^]*You may like[^]*★/,
    order: /Order SO-2[^]*Paid[^]*Cancel this order[^]*These products today[^]*Buy it again/,
    product: /alert\([^]*In stock[^]*You may also like[^]*★/,
  },
  degraded: {
    home: /Hello, [^]*Jörg[^]*We can’t show your orders right now\.[^]*We can’t show recommendations right now\./,
    order: /Order SO-2[^]*Paid[^]*We can’t show the products right now\./,
    product: /alert\([^]*In stock[^]*We can’t show recommendations right now\./,
  },
  failed: {
    home: /We can’t show this page right now[^]*your orders right now\.[^]*recommendations right now\./,
    order: /We can’t show this page right now[^]*We can’t show the products right now\./,
    product: /We can’t show this page right now[^]*We can’t show recommendations right now\./,
  },
};
