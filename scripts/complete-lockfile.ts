/** Names the builds for other platforms that `npm install` left out of package-lock.json. See install/. */
import { join } from "node:path";
import { completeLockfile } from "./install/lockfile.ts";

const added = completeLockfile(join(import.meta.dirname, "..", "package-lock.json"));
process.stdout.write(`Added ${added.length} packages to package-lock.json\n`);
