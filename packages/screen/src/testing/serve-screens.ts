import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@triptych/upstream-client";
import express from "express";
import type { NextFunction, Request, Response } from "express";
import { mountScreens } from "../http/mount.ts";
import { ScreenProblem } from "../run/failure.ts";
import type { ScreenReport } from "../run/run-screen.ts";
import type { AppVersion } from "../definition/app-version.ts";
import type { AnyCommand } from "../definition/screen.ts";
import type { AnyScreen } from "../definition/screen.ts";
import { fakeClients } from "./fake-upstreams.ts";
import type { Answers, FakeClients } from "./fake-upstreams.ts";

/** Screens that are being served. */
export type Served = {
  readonly origin: string;
  /** What the screens reported so far. */
  readonly reports: readonly ScreenReport[];
};

/**
 * Serves screens on a free port while `use` runs. A problem is answered as plain JSON, with 500.
 */
export async function serveScreens(
  screens: readonly AnyScreen<FakeClients>[],
  options: {
    readonly answers: Answers;
    readonly clock?: Clock;
    readonly commands?: readonly AnyCommand<FakeClients>[];
    readonly oldestVersion?: AppVersion;
    /** Mounted with these in place of the usual ones. */
    readonly mount?: Partial<Parameters<typeof mountScreens<FakeClients>>[1]>;
  },
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const reports: ScreenReport[] = [];
  const app = express();
  app.disable("etag");
  const { answers, commands = [], clock, oldestVersion, mount } = options;
  const mountOptions = {
    clients: fakeClients(answers),
    caller: () => ({ userId: "42", requestId: "r-1", traceId: `${"0".repeat(31)}1`, traceFlags: "00" }),
    report: (_: unknown, report: ScreenReport) => void reports.push(report),
    inDocumentOrder: (req: Request) => req.get("user-agent") === "crawler",
    formTokens: {
      issue: (userId: string) => `for-${userId}`,
      accepts: (userId: string, token: string) => token === `for-${userId}`,
    },
  };
  app.use(
    mountScreens(
      { screens, commands },
      {
        ...mountOptions,
        ...(clock === undefined ? {} : { clock }),
        ...(oldestVersion === undefined ? {} : { oldestVersion }),
        ...mount,
      },
    ),
  );
  app.use((error: unknown, _: Request, res: Response, next: NextFunction) => {
    res.removeHeader("Trailer");
    const isOfParser = error instanceof Error && "status" in error;
    if (res.headersSent || isOfParser) next(error);
    else res.status(500).json(error instanceof ScreenProblem ? error.problem : { code: "internal" });
  });
  const server = createServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use({ origin: `http://127.0.0.1:${portOf(server.address())}`, reports });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return address.port;
}
