import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range that systems give to outgoing connections: one of those could take a port before its process does. */
const FIRST = 20_000;
const RANGE = 10_000;

/** Ports that are free now, all different. The proxies cannot be asked which port they got. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * RANGE);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
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
