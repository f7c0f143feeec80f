import type { GraphQLResolveInfo } from "graphql";
import type { GraphqlContext } from "../request/graphql-context.ts";
import type { Services } from "../request/services.ts";

/**
 * A resolver that a service stands behind: `load` calls it, `pick` takes from the answer what the field shows. Where either fails, the
 * field is null, the answer's `errors` say why, and `extensions.degraded` lists the field.
 */
export function served<Loaded, Result, Args = unknown, Parent = unknown>(
  load: (services: Services, args: Args, parent: Parent) => Promise<Loaded>,
  pick: (loaded: Loaded, args: Args) => Result,
) {
  return (parent: Parent, args: Args, context: GraphqlContext, info: GraphQLResolveInfo): Promise<Result> =>
    context.request.use(info, async (services) => pick(await load(services, args, parent), args));
}
