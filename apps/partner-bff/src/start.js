// Starts `main.ts` with what V8 compiled, and what Node stripped of types, kept from the last start. In a file of its own, since
// a module's imports are loaded before it runs; in JavaScript, since for a first module in TypeScript Node loads its stripper: 0.13 s.
import { enableCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

// Where most objects that one place in the code makes outlived a collection, V8 takes to making them among the old ones. With some requests in
// flight that comes true in about half of this BFF's processes; and each such object then holds an answer and its services' answers until the next
// full collection. Without it a query takes a sixth less CPU time, and the process a sixth less memory.
setFlagsFromString("--no-allocation-site-pretenuring");
// Where the folder cannot be written this does nothing.
enableCompileCache();
await import("./main.ts");
