/** Names the builds for other platforms that `npm install` left out of package-lock.json. See install/. */
import { join } from "node:path";
import { completeLockfile } from "./install/lockfile.ts";

// Another folder's where one is named: the benchmark's peers have a lockfile of their own.
const file = join(process.argv[2] ?? join(import.meta.dirname, "..", "..", ".."), "package-lock.json");
const added = completeLockfile(file);
process.stdout.write(`Added ${added.length} packages to ${file}\n`);
