import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Below the range that systems give to outgoing connections: one of those could take a port before
 * its process does.
 */
const FIRST = 20_000;
const RANGE = 10_000;

/**
 * A file per port that was given away, with the process that has it: tests that run at once must
 * not get the same one.
 */
const CLAIMS = join(tmpdir(), "triptych-test-ports");

/**
 * Ports that are free now, all different, and this process's until it ends. For programs that
 * cannot be asked which port they got, and for those that leave a port and come back to it.
 */
export async function freePorts(count: number): Promise<number[]> {
  mkdirSync(CLAIMS, { recursive: true });
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + Math.floor(Math.random() * RANGE);
    if (!claim(port)) continue;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function claim(port: number): boolean {
  const file = join(CLAIMS, String(port));
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch {
    // What a process left that was killed is for the next one to find.
    if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
  process.off("exit", dropClaims).once("exit", dropClaims);
  return true;
}

function dropClaims(): void {
  const files = readdirSync(CLAIMS).map((name) => join(CLAIMS, name));
  for (const file of files) if (ownerOf(file) === process.pid) rmSync(file, { force: true });
}

function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

/** Also for one that has just made its file, and has not written its id yet. */
function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

/** Whether somebody listens on a port of the loopback interface. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
