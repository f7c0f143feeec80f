import { command } from "../command-line.ts";
import type { Command, Terminal } from "../command-line.ts";
import { CREATE_OPTIONS } from "../options.ts";
import { stopSignal } from "../processes.ts";
import type { Maker } from "./run-maker.ts";

async function make(maker: Maker, terminal: Terminal): Promise<number> {
  const { runMaker } = await import("./run-maker.ts");
  return runMaker(maker, terminal, stopSignal());
}

/** The commands that make a repository, an app, a screen or a client of a service. */
export const MAKE_COMMANDS: readonly Command[] = [
  command({
    name: "create",
    summary: "Makes a repository of your own over the packages",
    takes: "<folder>",
    most: 1,
    options: CREATE_OPTIONS,
    details:
      "For example: npm run create -- ../acme --client web --upstream stock=~/stock.yaml --from dist/packages",
    run: async (values, [folder], terminal) => {
      const { create } = await import("../create/create.ts");
      return create(values, folder, terminal, stopSignal());
    },
  }),
  command({
    name: "new:screen",
    summary: "Makes a screen in the form of its app: source, test, contract",
    takes: "<app> <name>",
    most: 2,
    details:
      "For example: npm run new:screen -- mobile-bff loyalty-card\n             npm run new:screen -- web-bff order-notes --path /orders/:orderId/notes --query author",
    options: {
      path: { type: "string", value: "<path>", about: "where it is, with parameters (default: /<name>)" },
      query: { type: "string", value: "<name>", multiple: true, about: "an optional parameter of its query" },
    },
    run: async (values, [app, name], terminal) => {
      const { newScreen } = await import("./screen/new-screen.ts");
      return make(async (workshop) => newScreen({ ...values, app, name }, workshop), terminal);
    },
  }),
  command({
    name: "new:bff",
    summary: "Makes a BFF: an app with its deployment, owners and pipeline, and its place in the gateway",
    takes: "<name>",
    most: 1,
    options: { team: { type: "string", value: "<team>", about: "who owns it" } },
    details: "For example: npm run new:bff -- kiosk --team kiosk-team",
    run: async ({ team }, [name], terminal) => {
      const { newBff } = await import("./bff/new-bff.ts");
      return make(async (workshop) => newBff({ name, team }, workshop), terminal);
    },
  }),
  command({
    name: "new:upstream",
    summary: "Makes a typed client of a domain service from its OpenAPI document",
    takes: "<name>",
    most: 1,
    options: {
      openapi: { type: "string", value: "<file or url>", about: "the document, OpenAPI 3.0 or 3.1" },
      overlay: { type: "string", value: "<file>", about: "an OpenAPI Overlay 1.0 that mends the document" },
      team: { type: "string", value: "<team>", about: "who owns the contract (default platform-team)" },
    },
    details: "For example: npm run new:upstream -- inventory --openapi ~/inventory.yaml",
    run: async ({ openapi, overlay, team }, [name], terminal) => {
      const { newUpstream } = await import("./upstream/new-upstream.ts");
      return make(async (workshop) => newUpstream({ name, openapi, overlay, team }, workshop), terminal);
    },
  }),
];
