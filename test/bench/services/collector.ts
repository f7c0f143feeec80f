import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** A small OTLP receiver: takes what it is sent, and counts the spans in it. */
export interface Collector extends AsyncDisposable {
  readonly origin: string;
  /** How many spans had come when nothing more came. */
  spansAfterSilence(): Promise<number>;
}

/** Longer than the 5 s after which a batch leaves that is not full, ms. */
const SILENCE_MS = 6_000;

export async function startCollector(): Promise<Collector> {
  let spans = 0;
  let heardAt = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => void chunks.push(chunk));
    req.on("end", () => {
      // As text, across chunks: parsing it would take the core's time from the load.
      spans += Buffer.concat(chunks).toString("latin1").split('"spanId"').length - 1;
      heardAt = performance.now();
      res.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP port, got none");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async spansAfterSilence() {
      const asked = performance.now();
      while (performance.now() - Math.max(asked, heardAt) < SILENCE_MS) await wait(100);
      return spans;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
