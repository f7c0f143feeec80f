/**
 * The process that stays when the launcher dies by a signal that nobody can handle: it ends what the launcher
 * had started. It reads "+<pid>" and "-<pid>" lines; the end of its input is the launcher's end.
 */
import { createInterface } from "node:readline";
import { stopGroup } from "./stop-group.ts";

const leaders = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) leaders.add(pid);
  else leaders.delete(pid);
}
await Promise.all([...leaders].map(async (leader) => stopGroup(leader)));
