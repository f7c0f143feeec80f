import type { Gateway } from "../load/gateway.ts";
import type { App } from "../processes/apps.ts";
import type { ServiceOrigins } from "../processes/services.ts";

/** A program that answers a page: one of the project's, or one that it is compared with. */
export type Contender = {
  readonly name: string;
  /** How its page is asked for. */
  readonly app: App;
  /** Whether it stands in `peers`, whose packages are installed on demand. A peer that does not run is told and left out. */
  readonly peer: boolean;
  /** What its product makes of its sources before it starts: a script under the peers' node_modules, run in its folder. */
  readonly build?: { readonly folder: string; readonly command: readonly string[] };
  /** The page of its answer, where the answer holds more or is in another form. */
  readonly read?: (answer: unknown) => unknown;
  readonly program: (services: ServiceOrigins, gateway: Gateway) => Command;
};

type Command = { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> };
