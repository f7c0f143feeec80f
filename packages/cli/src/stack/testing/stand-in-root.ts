import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * A stand-in for the repository in a temporary folder: the given programs, and for `users` and
 * `web-bff` one that is ready at once and shows its environment at `/`.
 */
export function standInRoot(programs: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "triptych-stand-in-"));
  const all = {
    "test/domain-services/users/main.ts": WELL_BEHAVED,
    "apps/web-bff/src/main.ts": WELL_BEHAVED,
    "apps/web-bff/package.json": '{ "type": "module", "config": { "port": 8101, "prefix": "/web" } }',
    ...programs,
  };
  for (const [path, source] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  return root;
}

/** Prints the ready line of a BFF, which also does for a service. */
export const WELL_BEHAVED = `
import { createServer } from "node:http";
const admin = createServer((req, res) => res.end("ok"));
const server = createServer((req, res) => {
  if (req.url === "/hang") return;
  res.end(JSON.stringify({ ...process.env, pid: process.pid }));
});
const listen = (target, port) =>
  new Promise((resolve) => target.listen(Number(port), process.env.HOST, () => resolve(target.address().port)));
const port = await listen(server, process.env.PORT);
const adminPort = await listen(admin, process.env.ADMIN_PORT);
process.on("SIGTERM", () => process.exit(0));
console.log(JSON.stringify({ level: 30, msg: "ready", port, adminPort }));
`;

/** Ready, but deaf to SIGTERM: only SIGKILL ends it. */
export const STUBBORN = `${WELL_BEHAVED}
process.removeAllListeners("SIGTERM");
process.on("SIGTERM", () => {});
`;

/** Says why, and dies before it is ready. */
export const DYING = `console.error("USERS_URL is missing: set it"); process.exit(3);`;

/** True while a process lives (a zombie does not). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
