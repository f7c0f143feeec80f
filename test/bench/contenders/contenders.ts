import { join } from "node:path";
import { MOBILE, PARTNER, WEB, appProgram } from "../processes/apps.ts";
import type { App } from "../processes/apps.ts";
import { addressSettings } from "../processes/services.ts";
import type { Contender } from "./contender.ts";
import { dataOf } from "./data-of.ts";
import {
  APOLLO_DATASOURCE,
  EXPRESS_AXIOS,
  EXPRESS_OTEL,
  FASTIFY_UNDICI,
  HIVE_GATEWAY,
  NEST_AXIOS,
  NEXT,
} from "./peers.ts";

/** What is compared with what: all of a group answer the same page. */
export type Group = {
  readonly name: "web" | "mobile" | "partner";
  readonly title: string;
  /** The project's own. */
  readonly project: Contender;
  /** What all costs are given as multiples of. */
  readonly baseline: Contender;
  /** Its name at the head of a column. */
  readonly baselineName: string;
  /** Left out of a quick run. */
  readonly others: readonly Contender[];
  /** The most that the project may cost, as multiples of others' costs. */
  readonly limits: readonly Limit[];
};

type Limit = { readonly of: Contender; readonly times: number };

/** As it ships. */
export const WEB_BFF = project(WEB);
export const MOBILE_BFF = project(MOBILE);
export const PARTNER_BFF: Contender = { ...project(PARTNER), read: dataOf };

export const BARE_WEB = byHand(WEB, "bare", "bare node:http + undici.request");
const BARE_MOBILE = byHand(MOBILE, "bare", "bare node:http + undici.request");
const FETCH_WEB = byHand(WEB, "express-fetch", "express + global fetch");
const FETCH_MOBILE = byHand(MOBILE, "express-fetch", "express + global fetch");

export const GROUPS: readonly Group[] = [
  {
    name: "web",
    title: "web home page, JSON",
    project: WEB_BFF,
    baseline: BARE_WEB,
    baselineName: "bare",
    others: [
      byHand(WEB, "dispatch", "undici dispatch, one timer: the bound"),
      FASTIFY_UNDICI,
      EXPRESS_OTEL,
      FETCH_WEB,
      EXPRESS_AXIOS,
      NEST_AXIOS,
      HIVE_GATEWAY,
      NEXT,
    ],
    limits: [
      { of: BARE_WEB, times: 1.2 },
      { of: FETCH_WEB, times: 0.45 },
    ],
  },
  {
    name: "mobile",
    title: "mobile home screen, JSON, not compressed",
    project: MOBILE_BFF,
    baseline: BARE_MOBILE,
    baselineName: "bare",
    others: [FETCH_MOBILE],
    limits: [
      { of: BARE_MOBILE, times: 1.2 },
      { of: FETCH_MOBILE, times: 0.45 },
    ],
  },
  {
    name: "partner",
    title: "partner's home query, GraphQL",
    project: PARTNER_BFF,
    baseline: APOLLO_DATASOURCE,
    baselineName: "Apollo",
    others: [],
    limits: [{ of: APOLLO_DATASOURCE, times: 0.6 }],
  },
];

function project(app: App): Contender {
  return {
    name: `${app.name}, everything on`,
    app,
    peer: false,
    program: (services, gateway) => appProgram(app, services, gateway),
  };
}

/** @param folder beside this file */
function byHand(app: App, folder: string, name: string): Contender {
  const page = app === WEB ? "web" : "mobile";
  return {
    name,
    app,
    peer: false,
    program: (services) => ({
      command: [join(import.meta.dirname, "start.js"), folder, page],
      env: { ...addressSettings(services), NODE_ENV: "production" },
    }),
  };
}
