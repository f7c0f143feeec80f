import type { ServerResponse } from "node:http";
import { problemOf } from "@triptych/screen";
import { CallScope } from "@triptych/upstream-client";
import type { RequestContext } from "@triptych/upstream-client";
import type DataLoader from "dataloader";
import { GraphQLError, OperationTypeNode } from "graphql";
import type { GraphQLResolveInfo } from "graphql";
import type { MediaType } from "../endpoint/media-type.ts";
import type { Clients } from "../upstreams.ts";
import { Degradation } from "./degradation.ts";
import { pathOf, placeOf } from "./places.ts";
import { productLoader } from "./product-loader.ts";
import type { FoundProduct } from "./product-loader.ts";
import type { Services } from "./services.ts";

/** One client request, as its resolvers see it: who asks, which services they may call, and what went wrong so far. */
export class PartnerRequest {
  readonly userId: string;
  readonly degradation = new Degradation();
  readonly #context: RequestContext;
  readonly #clients: (scope: CallScope) => Clients;
  readonly #products: DataLoader<string, FoundProduct>;

  /** What the answer is written in. */
  readonly mediaType: MediaType;
  readonly response: ServerResponse;

  constructor(
    context: RequestContext,
    options: {
      readonly clients: (scope: CallScope) => Clients;
      readonly mediaType: MediaType;
      readonly response: ServerResponse;
    },
  ) {
    const { clients } = options;
    this.mediaType = options.mediaType;
    this.response = options.response;
    this.userId = context.caller.userId;
    this.#context = context;
    this.#clients = clients;
    this.#products = productLoader(context, (scope) => clients(scope).catalog);
  }

  /** What left for the services so far, for the log. */
  get traffic(): Pick<RequestContext, "upstreamCalls" | "attempts"> {
    return this.#context;
  }

  /**
   * Fills a field from a service, under the request's deadline.
   * @throws GraphQLError with the problem's code and sentence where the service fails; the field is listed as degraded then
   */
  async use<Result>(
    info: GraphQLResolveInfo,
    fill: (services: Services) => Promise<Result>,
  ): Promise<Result> {
    const scope = new CallScope(this.#context);
    const place = placeOf(info);
    try {
      const result = await fill(this.#services(scope));
      if (scope.stale !== undefined) this.degradation.stale(place, scope.stale);
      return result;
    } catch (error) {
      const { code, detail, upstream } = problemOf(place.path, error);
      // What a mutation's service decided is an answer, not a failure to answer.
      const decided =
        info.operation.operation === OperationTypeNode.MUTATION &&
        (code === "not-found" || code === "conflict");
      if (!decided) this.degradation.failed(place, error);
      throw new GraphQLError(detail, { extensions: { code, upstream }, originalError: toError(error) });
    } finally {
      scope.dispose();
    }
  }

  /** A field failed outside `use`: by a bug of ours, or a value that its type cannot hold. */
  broke(error: GraphQLError): void {
    const { path, originalError } = error;
    const place = { path: pathOf(path ?? []), field: "unknown" };
    this.degradation.failed(place, originalError ?? error);
  }

  #services(scope: CallScope): Services {
    const { users, orders, recommendations } = this.#clients(scope);
    const product = async (productId: string) => {
      const found = await this.#products.load(productId);
      if (found.stale !== undefined) scope.usedStale(found.stale);
      return found.product;
    };
    return { users, orders, recommendations, product };
  }
}

function toError(error: unknown): Error | undefined {
  return error instanceof Error ? error : undefined;
}
