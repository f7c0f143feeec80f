import { join } from "node:path";
import type { AppVersion } from "@triptych/screen";
import { describeScreens, readExamples } from "@triptych/screen/describe";
import type { OpenApiDocument } from "@triptych/screen/describe";
import { PROBLEMS } from "@triptych/service-kit";
import { NEWEST_APP_VERSION, OLDEST_APP_VERSION, SCREENS } from "../screens/screens.ts";

/** Taken by `npm run examples`. */
const EXAMPLES = join(import.meta.dirname, "..", "..", "contracts", "examples.json");

/** What this BFF promises to apps of that version (OpenAPI 3.1). */
export function contractDocument(version: AppVersion = NEWEST_APP_VERSION): OpenApiDocument {
  return describeScreens(SCREENS, {
    title: "Mobile BFF",
    version,
    prefix: "/mobile",
    oldestVersion: OLDEST_APP_VERSION,
    problems: PROBLEMS,
    examples: readExamples(EXAMPLES),
  });
}

/** The same, as the text of its file. */
export function contractText(version?: AppVersion): string {
  return `${JSON.stringify(contractDocument(version), undefined, 2)}\n`;
}
