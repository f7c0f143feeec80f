import { startProgram } from "@triptych/service-kit";
import { compose } from "./compose.ts";
import { SETTINGS } from "./settings.ts";

await startProgram("small", SETTINGS, process.env, compose);
