import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { HOST } from "./ports.ts";
import type { Ports } from "./ports.ts";
import type { RoleProcess } from "./role-process.ts";
import type { Role } from "./roles.ts";
import { StackError } from "./stack-error.ts";

/** The first start seeds a database, which may take 10 s on a small machine. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;

/**
 * Waits until a process answers that it is ready, and returns its ports. In watch mode, `undefined` when its
 * program fails: it starts again by itself when a file changes.
 *
 * @param planned where it was told to listen; 0 is replaced by what its ready line says
 * @throws StackError `died-while-starting` with its last lines, `not-ready`, `stopped-while-starting`
 */
export async function untilReady(
  role: Role,
  child: RoleProcess,
  planned: Ports,
  signal: AbortSignal | undefined,
): Promise<Ports | undefined> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const path = role.kind === "bff" || role.kind === "gateway" ? "/readyz" : "/healthz";
  for (;;) {
    if (signal?.aborted === true) throw new StackError("stopped-while-starting", "Stopped while starting.");
    if (!child.running) {
      throw new StackError(
        "died-while-starting",
        `${role.name} stopped while starting (${await child.exited})${quote(child)}`,
      );
    }
    if (child.waitsForChange) return undefined;
    const ports = child.ports ?? planned;
    if (ports.port !== 0 && ports.adminPort !== 0 && (await answers(ports.adminPort, path))) return ports;
    if (performance.now() > deadline) {
      throw new StackError(
        "not-ready",
        `${role.name} was not ready within ${READY_WITHIN_MS / 1000} s${quote(child)}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function answers(adminPort: number, path: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://${HOST}:${adminPort}${path}`, {
      headersTimeout: 1000,
      reset: true,
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

/** The end of the sentence: a program that says what is wrong in one line has it quoted in ours. */
function quote({ lastLines }: RoleProcess): string {
  const [first, ...more] = lastLines;
  if (first === undefined) return " and said nothing.";
  if (more.length === 0) return `: ${first}`;
  return `. It said last:\n${lastLines.map((line) => `  ${line}`).join("\n")}`;
}
