import { spawnSync } from "node:child_process";

const TOOLS: readonly (readonly [tool: string, args: readonly string[], hint: string])[] = [
  ["ip", ["-Version"], "apt-get install iproute2"],
  ["setpriv", ["--version"], "apt-get install util-linux"],
  ["haproxy", ["-v"], "apt-get install haproxy"],
  ["redis-server", ["--version"], "apt-get install redis-server"],
  ["openssl", ["version"], "apt-get install openssl"],
];

/** Why hosts cannot be made here; undefined where they can. */
export function obstacle(): string | undefined {
  for (const [tool, args, hint] of TOOLS) {
    if (spawnSync(tool, args).status !== 0) return `${tool} is not installed (${hint})`;
  }
  // What a container or an ordinary user may do shows only in trying.
  const probe = `triptych-${process.pid}-probe`;
  const { status, stderr } = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (status !== 0) return `this user may not make network namespaces: ${stderr.trim()} (run it as root)`;
  spawnSync("ip", ["netns", "delete", probe]);
  return undefined;
}
