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

/** In the place of a part that the page can do without. */
export const NOTICE = 'data-notice="missing"';
/** In the place of a part that the page cannot do without. */
export const PROBLEM = "data-problem=";
/** In a place whose part is on its way. */
export const COMING = 'class="coming"';

const missing = new RegExp(NOTICE);
const noPage = inOrder(
  /role="alert" data-problem="upstream-unavailable"/,
  /href=""/,
  /href="\/web\/home-page"/,
);

/**
 * What each page's markup must hold in each state, from top to bottom: data, and names that no
 * reader sees. The words around them belong to the page's owners.
 */
export const SEEN: Readonly<Record<State, Readonly<Record<PageName, RegExp>>>> = {
  normal: {
    home: inOrder(/<h1\b/, /Jörg/, /SO-2/, /class="rating"/),
    orders: inOrder(/<h1\b/, /SO-2/, /rel="next"/),
    order: inOrder(/<h1\b/, /SO-2/, /class="status paid"/, /class="cancel"/, /href="\/web\/products\/prd_/),
    product: inOrder(
      /<h1\b/,
      /alert\(/,
      /class="stock in_stock"/,
      /href="\/web\/products\/prd_/,
      /class="rating"/,
    ),
  },
  degraded: {
    home: inOrder(/<h1\b/, /Jörg/, missing, missing),
    orders: inOrder(/<h1\b/, /SO-2/, /rel="next"/),
    order: inOrder(/<h1\b/, /SO-2/, /class="status paid"/, missing),
    product: inOrder(/<h1\b/, /alert\(/, /class="stock in_stock"/, missing),
  },
  failed: { home: noPage, orders: noPage, order: noPage, product: noPage },
};

/** What the browser's tab shows of a page's data. */
export const TITLES: Readonly<Record<PageName, RegExp>> = {
  home: /\w/,
  orders: /\w/,
  order: /SO-2\S+/,
  product: /alert\(/,
};

function inOrder(...marks: readonly RegExp[]): RegExp {
  return new RegExp(marks.map(({ source }) => source).join("[^]*"));
}
