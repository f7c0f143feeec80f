/** `next start`, in this process, after `next build`. It takes no port 0, so a free one is looked for. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { announce } from "../../contenders/begin.ts";

const port = await freePort();
process.argv.splice(2, Infinity, "start", import.meta.dirname, "-p", String(port), "-H", "127.0.0.1");
await import("next/dist/bin/next");
while (!(await listens(port))) await wait(20);
announce({ port });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new TypeError("expected a TCP port, got none");
  return address.port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
