import { compileContract, runGateway } from "@triptych/gateway/testing";
import { mountScreens, ScreenProblem } from "@triptych/screen";
import type { AnyScreen } from "@triptych/screen";
import { describeScreens } from "@triptych/screen/describe";
import type { CallScope } from "@triptych/upstream-client";
import express from "express";
import type { NextFunction, Request, Response } from "express";

/**
 * Runs a gateway in front of one screen below `/web`. It checks requests against the contract as it
 * is published: what that cannot say as JSON is lost. A problem of the screen is answered with 418.
 */
export async function runGatewayWithScreen<Clients>(
  screen: AnyScreen<Clients>,
  clients: (scope: CallScope) => Clients,
): Promise<Awaited<ReturnType<typeof runGateway>>> {
  const about = { title: "Web", version: "1.0.0", prefix: "/web", problems: {} } as const;
  const published = JSON.stringify(describeScreens({ screens: [screen] }, about));
  const contracts = new Map([["sample", compileContract(JSON.parse(published))]]);
  const gateway = await runGateway({ liveChanges: { contracts } });
  const caller = () => ({ userId: "42", requestId: "r-1", traceId: "1".repeat(32), traceFlags: "00" });
  const app = express();
  app.use("/web", mountScreens({ screens: [screen] }, { clients, caller, report: () => {} }));
  app.use((error: unknown, _: Request, res: Response, next: NextFunction) => {
    if (error instanceof ScreenProblem) res.status(418).json(error.problem);
    else next(error);
  });
  gateway.target.answer = app;
  return gateway;
}
