import { join } from "node:path";
import type { Gateway } from "../load/gateway.ts";
import { MOBILE, WEB, appProgram } from "../processes/apps.ts";
import type { App } from "../processes/apps.ts";
import { addressSettings } from "../processes/services.ts";
import type { ServiceOrigins } from "../processes/services.ts";

/** A program that answers a page: one of the project's, or one that it is compared with. */
export type Contender = {
  readonly name: string;
  /** Whose page it answers. */
  readonly app: App;
  readonly program: (services: ServiceOrigins, gateway: Gateway) => Command;
};

type Command = { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> };

/** What is compared with what: all of a group answer the same page. */
export type Group = {
  readonly name: "web" | "mobile";
  readonly title: string;
  readonly app: App;
  /** The project's own. */
  readonly project: Contender;
  /** What all costs are given as multiples of. */
  readonly baseline: Contender;
  /** Left out of a quick run. */
  readonly others: readonly Contender[];
};

export const GROUPS: readonly Group[] = [
  {
    name: "web",
    title: "web home page, JSON",
    app: WEB,
    project: project(WEB),
    baseline: byHand(WEB, "bare", "bare node:http + undici.request"),
    others: [
      byHand(WEB, "dispatch", "undici dispatch, one timer: the bound"),
      byHand(WEB, "express-fetch", "express + global fetch"),
    ],
  },
  {
    name: "mobile",
    title: "mobile home screen, JSON, not compressed",
    app: MOBILE,
    project: project(MOBILE),
    baseline: byHand(MOBILE, "bare", "bare node:http + undici.request"),
    others: [byHand(MOBILE, "express-fetch", "express + global fetch")],
  },
];

function project(app: App): Contender {
  return {
    name: `${app.name}, everything on`,
    app,
    program: (services, gateway) => appProgram(app, services, gateway),
  };
}

/** @param folder beside this file */
function byHand(app: App, folder: string, name: string): Contender {
  const page = app === WEB ? "web" : "mobile";
  return {
    name,
    app,
    program: (services) => ({
      command: [join(import.meta.dirname, folder, "main.ts"), page],
      env: { ...addressSettings(services), NODE_ENV: "production" },
    }),
  };
}
