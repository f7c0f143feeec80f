// Starts `main.ts` with what V8 compiled, and what Node stripped of types, kept from the last start. In a file of its own, since
// a module's imports are loaded before it runs; in JavaScript, since for a first module in TypeScript Node loads its stripper: 0.13 s.
import { enableCompileCache } from "node:module";

// Where the folder cannot be written this does nothing.
enableCompileCache();
await import("./main.ts");
