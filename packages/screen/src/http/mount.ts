import { systemClock } from "@triptych/upstream-client";
import { Router, json, urlencoded } from "express";
import type { NextFunction, Request, Response } from "express";
import type { AnyCommand } from "../definition/command.ts";
import { parseVersion } from "../definition/app-version.ts";
import type { AppVersion } from "../definition/app-version.ts";
import type { AnyScreen } from "../definition/screen.ts";
import { ScreenProblem } from "../run/problem.ts";
import type { MountOptions } from "./begin-request.ts";
import { CommandHandler } from "./command-handler.ts";
import { ScreenHandler } from "./screen-handler.ts";

/** What an app answers: its screens, and what can be done from them. */
export type ScreenSet<Clients> = {
  readonly screens: readonly AnyScreen<Clients>[];
  readonly commands?: readonly AnyCommand<Clients>[];
};

/** Bodies of commands, bytes: as much as any request of a BFF may carry. */
const MAX_BODY_BYTES = 100_000;

type Options<Clients> = Omit<MountOptions<Clients>, "clock" | "random" | "oldestVersion"> &
  Partial<Pick<MountOptions<Clients>, "clock" | "random">> & {
    /** The oldest app version that is still answered; without it `X-App-Version` is not looked at. */
    readonly oldestVersion?: AppVersion;
  };

/**
 * Express's router with a route per screen (GET and HEAD) and per command (POST); any other method is 405.
 * @throws TypeError when a screen or command is not as it should be: at start-up, not at the first request
 */
export function mountScreens<Clients>(mounted: ScreenSet<Clients>, options: Options<Clients>): Router {
  const { oldestVersion, ...rest } = options;
  const oldest = oldestVersion === undefined ? undefined : parseVersion(oldestVersion);
  const common = { clock: systemClock, random: Math.random, ...rest };
  const handlerOptions = oldest === undefined ? common : { ...common, oldestVersion: oldest };

  const naming = (name: string) => (_: Request, res: Response, next: NextFunction) => {
    handlerOptions.onMatch?.(res, name);
    next();
  };
  const router = Router({ caseSensitive: true, strict: true });
  for (const screen of mounted.screens) {
    const handler = new ScreenHandler(screen, handlerOptions);
    router
      .route(screen.path)
      .all(naming(screen.name))
      .get((req: Request, res: Response) => handler.answer(req, res))
      .all(onlyAllow("GET, HEAD"));
  }
  const jsonParser = json({ limit: MAX_BODY_BYTES, inflate: false });
  const formParser = urlencoded({
    limit: MAX_BODY_BYTES,
    inflate: false,
    extended: false,
    parameterLimit: 20,
  });
  for (const command of mounted.commands ?? []) {
    const parsers = command.redirectTo === undefined ? [jsonParser] : [jsonParser, formParser];
    const handler = new CommandHandler(command, handlerOptions);
    router
      .route(command.path)
      .all(naming(command.name))
      .post(...parsers, (req: Request, res: Response) => handler.answer(req, res))
      .all(onlyAllow("POST"));
  }
  return router;
}

function onlyAllow(allow: string): () => never {
  return () => {
    throw new ScreenProblem({ code: "method-not-allowed", detail: `This address answers ${allow}.`, allow });
  };
}
