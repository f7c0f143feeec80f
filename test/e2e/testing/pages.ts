import { SERVICES } from "./running-stack.ts";
import type { ServiceName } from "./running-stack.ts";
import type { System } from "./system.ts";

/** A user with 64 orders, one of which can be cancelled. */
export const VISITOR = "7";

const ORDER = "SELECT id FROM orders.orders WHERE user_id = :user AND status = 'paid' ORDER BY id LIMIT 1";

/** The kinds of pages. */
export const PAGES = ["home", "orders", "order", "product"] as const;
/** The name of a kind of page. */
export type PageName = (typeof PAGES)[number];

/** The path of one page of a kind. The product is one whose title contains markup. */
export function pathOf({ databases }: System, page: PageName): string {
  if (page === "home") return "/web/home-page";
  if (page === "orders") return "/web/orders";
  if (page === "product") return "/web/products/prd_0001";
  const [order = ""] = databases.texts(ORDER, { user: VISITOR });
  return `/web/orders/${order}`;
}

/** What the services do to a page: nothing, optional sections fail, or all fail. */
export const STATES = ["normal", "degraded", "failed"] as const;
/** The name of a state. */
export type State = (typeof STATES)[number];

/** The services that a page can do without. */
const OPTIONAL: Readonly<Record<PageName, readonly ServiceName[]>> = {
  home: ["orders", "recommendations"],
  orders: ["users"],
  order: ["catalog"],
  product: ["recommendations"],
};

/** Brings a page into a state by making services fail with 500. */
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

const NO_PAGE = /We can’t show this page right now[^]*Try again[^]*Go to the home page/;

/** What each page must show in each state, from top to bottom. */
export const SEEN: Readonly<Record<State, Readonly<Record<PageName, RegExp>>>> = {
  normal: {
    home: /Hello, [^]*Jörg[^]*Recent orders[^]*SO-2[^]*You may like[^]*★/,
    orders: /Your orders[^]*SO-2[^]*Older orders/,
    order: /Order SO-2[^]*Paid[^]*Cancel this order[^]*These products today[^]*Buy it again/,
    product: /alert\([^]*In stock[^]*You may also like[^]*★/,
  },
  degraded: {
    home: /Hello, [^]*Jörg[^]*We can’t show your orders right now\.[^]*We can’t show recommendations right now\./,
    orders: /Your orders[^]*SO-2[^]*Older orders/,
    order: /Order SO-2[^]*Paid[^]*We can’t show the products right now\./,
    product: /alert\([^]*In stock[^]*We can’t show recommendations right now\./,
  },
  failed: {
    home: NO_PAGE,
    orders: NO_PAGE,
    order: NO_PAGE,
    product: NO_PAGE,
  },
};

const TITLE = {
  home: /^Home · Triptych Store$/,
  orders: /^Your orders · Triptych Store$/,
  order: /^Order SO-2\S+ · Triptych Store$/,
  product: /alert\(.+ · Triptych Store$/,
};
const NO_TITLE = /^Please try again · Triptych Store$/;

/** What the browser's tab shows in each state. */
export const TITLES: Readonly<Record<State, Readonly<Record<PageName, RegExp>>>> = {
  normal: TITLE,
  degraded: TITLE,
  failed: { home: NO_TITLE, orders: NO_TITLE, order: NO_TITLE, product: NO_TITLE },
};
