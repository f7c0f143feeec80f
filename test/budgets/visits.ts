import type { Databases } from "../e2e/databases/open.ts";
import { sample } from "../e2e/databases/sample.ts";

/** One request for a screen. */
export interface Visit {
  readonly user: string;
  readonly path: string;
}

/** Whose visits are made: many different ones, and always the largest there are. */
const USERS = 20;

/** The order of each user with most lines, and those with most text of all. */
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

/**
 * Visits of a screen on the sample data; undefined where its path has a parameter that nothing is known to stand for.
 * @param seed chooses the users: the same seed chooses the same
 */
export function visitsOf(path: string, databases: Databases, seed: string): readonly Visit[] | undefined {
  const users = sample(databases.texts("SELECT DISTINCT user_id FROM orders.orders"), USERS, seed);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const visit = (user: string, value: string): Visit => ({ user, path: path.replace(/:\w+/, value) });
  switch (parameters.join()) {
    case "":
      return users.map((user) => ({ user, path }));
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
      return undefined;
  }
}
