import type { Server } from "node:http";
import { SettingError } from "./setting-error.ts";

export interface Address {
  port: number;
  host: string | undefined;
  /** Who listens there, for the message where it cannot. */
  role: string;
  setting: "PORT" | "ADMIN_PORT";
}

/** Listens and returns the port, which the system chose where 0 was asked for. @throws SettingError where it cannot. */
export function listen(server: Server, { port, host, role, setting }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const problem =
        error.code === "EADDRINUSE"
          ? `${port} is taken: the ${role} cannot listen there (stop who does, or set ${setting})`
          : `${port} cannot be used: the ${role} cannot listen on ${host ?? "all interfaces"} (${error.message})`;
      reject(new SettingError(setting, problem, { cause: error }));
    };
    server.once("error", fail);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", fail);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Closes a server: idle connections at once, busy ones when they are done or `ms` are over. */
export function closeWithin(server: Server, ms: number): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
