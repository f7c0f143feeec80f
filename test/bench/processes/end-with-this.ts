import type { ChildProcess } from "node:child_process";

/** Has a child end when this process does, whatever was under way then: one that is not ready yet has no owner that would stop it. */
export function endWithThis(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  // One for each child is no leak, however many there are.
  process.setMaxListeners(Math.max(process.getMaxListeners(), process.listenerCount("exit") + 2));
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}
