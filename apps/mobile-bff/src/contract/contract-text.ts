import type { AppVersion } from "@triptych/screen";
import { describeScreens } from "@triptych/screen/describe";
import { PROBLEMS } from "@triptych/service-kit";
import { NEWEST_APP_VERSION, OLDEST_APP_VERSION, SCREENS } from "../screens/screens.ts";

/** What this BFF promises to apps of that version (OpenAPI 3.1), as the text of its file. */
export function contractText(version: AppVersion = NEWEST_APP_VERSION): string {
  const document = describeScreens(SCREENS, {
    title: "Mobile BFF",
    version,
    prefix: "/mobile",
    oldestVersion: OLDEST_APP_VERSION,
    problems: PROBLEMS,
  });
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
