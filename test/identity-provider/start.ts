import { once } from "node:events";
import { createServer } from "node:http";
import { answer } from "./routes.ts";
import { createProvider } from "./provider.ts";
import type { ProviderOptions } from "./provider.ts";

export interface RunningProvider {
  readonly issuer: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an identity provider on `port`; 0 takes a free one. */
export async function startProvider(
  options: Omit<ProviderOptions, "issuer"> & {
    readonly port: number;
    readonly host: string;
    readonly logError: (error: unknown) => void;
  },
): Promise<RunningProvider> {
  const server = createServer().listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const issuer = `http://${options.host}:${port}`;
  const provider = await createProvider({ ...options, issuer });
  server.on("request", (req, res) => {
    answer(provider, req, res).catch((error: unknown) => {
      options.logError(error);
      res.destroy();
    });
  });
  return {
    issuer,
    port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
