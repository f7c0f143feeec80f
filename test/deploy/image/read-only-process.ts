import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltImage } from "./build.ts";

/** Mounts can only be changed by root, in a namespace that nobody else sees. */
function withRoot(words: readonly string[]): [command: string, args: readonly string[]] {
  if (process.getuid?.() !== 0) return ["sudo", ["--non-interactive", ...words]];
  const [command = "", ...args] = words;
  return [command, args];
}

/** Why an image cannot be run here, or `false`: what `skip` of node:test takes. */
export function cannotRun(): string | false {
  const [command, args] = withRoot(["unshare", "--mount", "true"]);
  const { status } = spawnSync(command, args, { stdio: "ignore" });
  return status === 0
    ? false
    : "needs root, or sudo without a password, and mount namespaces (unshare --mount)";
}

/** 70 (EX_SOFTWARE): the script could not make the promised conditions. */
const SCRIPT = `
set -eu
root=$1 workdir=$2 uid=$3 gid=$4; shift 4
# Every mount of this namespace, as a read-only root is the whole of what a container sees.
for target in / $(awk '{ print $5 }' /proc/self/mountinfo); do
  mount -o remount,bind,ro "$target" 2>/dev/null || true
done
for place in "$root" "$root$workdir" /tmp /var/tmp /dev/shm; do
  [ -d "$place" ] || continue
  if touch "$place/.probe" 2>/dev/null; then echo "$place can still be written" >&2; exit 70; fi
done
cd "$root$workdir"
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs --bounding-set=-all -- env -i "$@"
`;

/** A copy of the Node that runs this program, where every user may run it. @returns its folder, to be removed */
export function installNode(): string {
  const folder = mkdtempSync(join(tmpdir(), "node-"));
  chmodSync(folder, 0o755);
  copyFileSync(process.execPath, join(folder, "node"));
  return folder;
}

/**
 * Starts a command of an image as the image's user, on a file system that not even root can write, with the image's
 * environment and `environment` and nothing else.
 */
export function startReadOnly(
  image: BuiltImage,
  options: {
    /** The folder that holds Node. */
    readonly node: string;
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  },
): ChildProcess {
  const [program, ...args] = options.command;
  if (program !== "node") throw new Error(`expected a command of node, but got ${String(program)}`);
  const [uid = "", gid = ""] = image.user.split(":");
  const variables = Object.entries({ ...image.environment, ...options.environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const inside = [image.root, image.workdir, uid, gid, ...variables, join(options.node, program), ...args];
  const namespace = ["unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sh"];
  const [command, words] = withRoot([...namespace, ...inside]);
  return spawn(command, words, { stdio: ["ignore", "pipe", "pipe"] });
}
