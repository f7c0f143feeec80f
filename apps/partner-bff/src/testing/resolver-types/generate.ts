import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as typescriptResolvers from "@graphql-codegen/typescript-resolvers";
import { parse } from "graphql";

const HEADER =
  "// Generated from contracts/schema.graphql: do not edit. To regenerate: npm run generate -w @triptych/partner-bff\n";

/** What the schema's types are while resolvers work on them: what the domain clients answered. */
const MAPPERS = Object.fromEntries(
  [
    "Viewer",
    "Recommendation",
    "Order",
    "OrderLine",
    "Product",
    "Money",
    "OrderStatus",
    "LoyaltyTier",
    "RecommendationReason",
  ].map((type) => [type, `../schema/types.ts#${type}Parent`]),
);

/**
 * The text of `src/generated/resolvers.ts`: the types that this app's resolvers are checked
 * against.
 */
export async function generateResolverTypes(schema: string): Promise<string> {
  const text = await codegen({
    filename: "resolvers.ts",
    schema: parse(schema),
    documents: [],
    config: {
      contextType: "../schema/partner-request.ts#GraphqlContext",
      mappers: MAPPERS,
      scalars: { DateTime: "string", ID: "string", SafeInt: "number" },
      strictScalars: true,
      enumsAsTypes: true,
      immutableTypes: true,
      useTypeImports: true,
      avoidOptionals: { field: true, object: true, inputValue: false, defaultValue: false },
      maybeValue: "T | null",
      inputMaybeValue: "T | null | undefined",
    },
    pluginMap: { typescript, typescriptResolvers },
    plugins: [{ typescript: {} }, { typescriptResolvers: {} }],
  });
  return `${HEADER}${text.trimEnd()}\n`;
}
