import { isUpstreamError } from "@triptych/upstream-client";
import type {
  MutationCancelOrderArgs,
  MutationResolvers,
  OrderLineResolvers,
  QueryOrderArgs,
  QueryResolvers,
} from "../generated/resolvers.ts";
import { CANCEL_REASONS } from "./enums.ts";
import type { OrderLineParent } from "./parents.ts";
import { served } from "./served.ts";

/** Another user's order is null exactly as a missing one is: the orders service answers 404 to both. */
export const order = served(
  ({ orders }, { id }: QueryOrderArgs) => orNullWhereMissing(orders.get(id)),
  (found) => found,
) satisfies QueryResolvers["order"];

export const cancelOrder = served(
  ({ orders }, { id, reason, idempotencyKey }: MutationCancelOrderArgs) =>
    orders.cancel(id, { reason: CANCEL_REASONS[reason], idempotencyKey }),
  (cancelled) => cancelled,
) satisfies MutationResolvers["cancelOrder"];

export const OrderLine: OrderLineResolvers = {
  product: served(
    ({ product }, _args, { productId }: OrderLineParent) => product(productId),
    (found) => found,
  ),
};

async function orNullWhereMissing<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (isUpstreamError(error) && error.kind === "rejected" && error.status === 404) return null;
    throw error;
  }
}
