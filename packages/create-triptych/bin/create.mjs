#!/usr/bin/env node
// Plain JavaScript: it says on an old Node which one is needed. What it makes brings its own Node.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`Node 22.19 or newer is needed, but this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
const { runCreate } = await import("@triptych/cli/create");
process.exitCode = await runCreate(process.argv.slice(2), process.env);
