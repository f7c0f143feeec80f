// Starts a program of this folder as the project's are started (apps/*/src/start.js): with what V8 compiled kept from the last start. That is
// written when a process ends of itself, so it does when it is told to.
import { enableCompileCache } from "node:module";

enableCompileCache();
process.once("SIGTERM", () => process.exit());
const [folder] = process.argv.splice(2, 1);
await import(`./${folder}/main.ts`);
