import { join } from "node:path";
import { describeScreens, readExamples } from "@triptych/screen/describe";
import type { OpenApiDocument } from "@triptych/screen/describe";
import { PROBLEMS } from "@triptych/service-kit";
import { SCREENS } from "../screens/screens.ts";

/** Taken by `npm run examples`. */
const EXAMPLES = join(import.meta.dirname, "..", "..", "contracts", "examples.json");

/** What this BFF promises to its client (OpenAPI 3.1). */
export function contractDocument(): OpenApiDocument {
  return describeScreens(SCREENS, {
    title: "Web BFF",
    // The web client ships with this BFF: there are no older ones.
    version: "1.0.0",
    prefix: "/web",
    problems: PROBLEMS,
    examples: readExamples(EXAMPLES),
  });
}

/** The same, as the text of its file. */
export function contractText(): string {
  return `${JSON.stringify(contractDocument(), undefined, 2)}\n`;
}
