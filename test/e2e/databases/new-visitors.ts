import type { Databases } from "./open.ts";

/** With an order, and with recommendations of their own: only then each of the four services has something to say. */
const VISITORS = `
  SELECT user_id FROM recommendations.ranking WHERE user_id IN (SELECT user_id FROM orders.orders) AND rank <= 8
  GROUP BY user_id HAVING count(*) = 8 ORDER BY user_id`;

/**
 * Users who have not been here yet: nothing about them, or about their recommended products, is in a cache.
 *
 * @returns a function that gives the next one. @throws RangeError when all have been here
 */
export function newVisitors(databases: Databases): () => string {
  const visitors = databases.texts(VISITORS).values();
  return () => {
    const { value } = visitors.next();
    if (value !== undefined) return value;
    throw new RangeError("every user has been here: use fewer, or start the system anew");
  };
}
