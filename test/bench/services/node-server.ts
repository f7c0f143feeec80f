import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pin } from "../processes/pin.ts";
import { originsOn } from "../processes/services.ts";
import type { RecordedServices, ServicesOptions } from "./recorded-services.ts";

export async function startNodeServer(
  options: ServicesOptions,
  core: number | undefined,
): Promise<RecordedServices> {
  const { delayMs = 0, catalogRevalidates = false } = options;
  const args = [String(delayMs), String(catalogRevalidates)];
  const child = fork(join(import.meta.dirname, "server.ts"), args, { execArgv: [] });
  const [ports]: unknown[] = await once(child, "message");
  if (!Array.isArray(ports)) throw new TypeError(`expected the services' ports, got ${String(ports)}`);
  if (core !== undefined && child.pid !== undefined) pin(child.pid, core);
  return {
    description: `a Node server on net sockets${delayMs === 0 ? "" : `, ${delayMs} ms an answer`}`,
    origins: originsOn(ports.map(Number)),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}
