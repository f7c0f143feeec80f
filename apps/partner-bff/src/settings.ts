import { choice } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";

/** What this BFF reads from its environment beyond what every BFF does. */
export const SETTINGS = {
  /** Answers introspection queries. Default: `true`, in production `false`. */
  GRAPHQL_INTROSPECTION: onUnlessProduction(),
  /** Answers the registry's documents and no others. */
  TRUSTED_DOCUMENTS_ONLY: choice(["true", "false"], { default: "false" }),
};

/** `true` or `false`; the default follows `NODE_ENV`, which is read before. */
function onUnlessProduction(): Setting<"true" | "false"> {
  return {
    read: (name, text, earlier) =>
      choice(["true", "false"], {
        default: earlier.get("NODE_ENV") === "production" ? "false" : "true",
      }).read(name, text, earlier),
  };
}
