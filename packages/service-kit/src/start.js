// Starts a program and keeps what V8 compiled, and what Node stripped of types, for its next start:
//   node packages/service-kit/src/start.js apps/web-bff/src/main.ts
// A file of its own, since a module's imports are loaded before its code runs; in JavaScript, since
// Node takes 0.13 s to load its type stripper for a first module in TypeScript.
import { enableCompileCache } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [main] = process.argv.splice(2, 1);
if (main === undefined) throw new TypeError("say which program to start: start.js apps/web-bff/src/main.ts");
// Does nothing where the cache's folder cannot be written.
enableCompileCache();
await import(pathToFileURL(resolve(main)).href);
