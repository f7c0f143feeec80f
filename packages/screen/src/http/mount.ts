import type { IncomingMessage } from "node:http";
import { systemClock } from "@triptych/upstream-client";
import { Router, json, urlencoded } from "express";
import type { NextFunction, Request, Response } from "express";
import { versionParts } from "../definition/app-version.ts";
import type { AppVersion } from "../definition/app-version.ts";
import type { ScreenSet } from "../definition/screen.ts";
import { ScreenProblem } from "../run/failure.ts";
import { prepare } from "../run/prepare.ts";
import type { MountOptions } from "./begin-request.ts";
import { commandHandler } from "./command-handler.ts";
import { JSON_TYPES } from "./command-request.ts";
import { directScreen, isPlain } from "./direct.ts";
import type { DirectScreen } from "./direct.ts";
import { downloadHandler } from "./download-handler.ts";
import { screenHandler } from "./screen-handler.ts";

/** The largest body of a command, in bytes: as much as any request of a BFF may carry. */
const MAX_BODY_BYTES = 100_000;

type Options<Clients> = Omit<MountOptions<Clients>, "clock" | "random" | "oldestVersion"> &
  Partial<Pick<MountOptions<Clients>, "clock" | "random">> & {
    /** The oldest app version that is still answered; without it `X-App-Version` is ignored. */
    readonly oldestVersion?: AppVersion;
  };

/** Express's router, and a way around it for requests that are in order. */
export type MountedScreens = Router & {
  /**
   * The screen that can answer a request directly, if any.
   * @param path the request's target, without what the router is mounted at
   */
  readonly direct: (req: IncomingMessage, path: string) => DirectScreen | undefined;
};

/**
 * Makes Express's router, with a route per screen and download (GET and HEAD) and per command
 * (POST). Any other method is answered with 405.
 * @throws TypeError if a screen or a command is wrong: at start-up, not at the first request
 */
export function mountScreens<Clients>(set: ScreenSet<Clients>, options: Options<Clients>): MountedScreens {
  const { oldestVersion, ...rest } = options;
  const common = { clock: systemClock, random: Math.random, ...rest };
  const mountOptions: MountOptions<Clients> =
    oldestVersion === undefined
      ? common
      : { ...common, oldestVersion: versionParts(oldestVersion, "oldestVersion") };

  const onMatch = (name: string) => (_: Request, res: Response, next: NextFunction) => {
    mountOptions.onMatch?.(res, name);
    next();
  };
  const router = Router({ caseSensitive: true, strict: true });
  const directScreens = new Map<string, DirectScreen>();
  const prepared = new Map(set.screens.map((screen) => [screen.name, prepare(screen)]));
  for (const preparedScreen of prepared.values()) {
    const { screen } = preparedScreen;
    const direct = directScreen(preparedScreen, mountOptions);
    if (direct !== undefined) directScreens.set(screen.path, direct);
    router
      .route(screen.path)
      .all(onMatch(screen.name))
      .get(screenHandler(preparedScreen, mountOptions))
      .all(onlyAllow("GET, HEAD"));
  }
  const jsonParser = json({ limit: MAX_BODY_BYTES, inflate: false, type: JSON_TYPES });
  const formParser = urlencoded({
    limit: MAX_BODY_BYTES,
    inflate: false,
    extended: false,
    parameterLimit: 20,
  });
  for (const command of set.commands ?? []) {
    const { screen } = command.answer;
    const parsers = command.redirectTo === undefined ? [jsonParser] : [jsonParser, formParser];
    router
      .route(command.path)
      .all(onMatch(command.name))
      .post(...parsers, commandHandler(command, prepared.get(screen.name) ?? prepare(screen), mountOptions))
      .all(onlyAllow("POST"));
  }
  for (const download of set.downloads ?? []) {
    router
      .route(download.path)
      .all(onMatch(download.name))
      .get(downloadHandler(download, mountOptions))
      .all(onlyAllow("GET, HEAD"));
  }
  return Object.assign(router, {
    direct: (req: IncomingMessage, path: string) => (isPlain(req) ? directScreens.get(path) : undefined),
  });
}

function onlyAllow(allow: string): () => never {
  return () => {
    throw new ScreenProblem({ code: "method-not-allowed", detail: `This address answers ${allow}.`, allow });
  };
}
