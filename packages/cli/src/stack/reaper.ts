import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Reaper {
  /** From now on this group is ended if this process dies. */
  watch(leader: number): void;
  forget(leader: number): void;
  /** Ends the reaper; it ends what it still watches. */
  close(): Promise<void>;
}

/** Starts the process that ends what is left if this one dies without a word. */
export function startReaper(): Reaper {
  const program = fileURLToPath(new URL("reaper-main.ts", import.meta.url));
  // A session of its own: no signal of the terminal reaches it. Only the end of its input ends it.
  const child = spawn(process.execPath, [program], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {
    // It was killed: then there is nobody to tell.
  });
  return {
    watch: (leader) => void child.stdin.write(`+${leader}\n`),
    forget: (leader) => void child.stdin.write(`-${leader}\n`),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
