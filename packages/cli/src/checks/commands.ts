import { command } from "../command-line.ts";
import type { Command } from "../command-line.ts";
import { CHECK_GATEWAY_OPTIONS, REPORT_OPTIONS } from "../options.ts";
import { stopSignal } from "../processes.ts";

/** The commands that check a repository, a change of it, or a gateway in front of it. */
export const CHECK_COMMANDS: readonly Command[] = [
  {
    name: "test",
    summary: "Runs every check of every workspace",
    takes: "[options of turbo]",
    options: {},
    details:
      "npm test -- --affected checks only what your branch changes against main;\nnpm test -- --filter=@triptych/screen checks one workspace.",
    run: async (args, terminal) => (await import("./test.ts")).runTests(args, terminal),
  },
  command({
    name: "check",
    summary: "Runs what a team runs before it pushes: the checks of one app",
    takes: "<app>",
    most: 1,
    details:
      "Contract, format, guard, types, lint, unused code, tests, budgets. The app is web-bff, or web for short.",
    options: {},
    run: async (_values, [app], terminal) =>
      (await import("./check.ts")).checkApp(app, terminal, stopSignal()),
  }),
  command({
    name: "report",
    summary: "Writes what a reviewer of a change wants to see: contracts, budgets, differing answers",
    takes: "[<app>…]",
    most: Infinity,
    options: REPORT_OPTIONS,
    details: "Ends with 1 where a promise to released clients or a budget is broken.",
    run: async (values, apps, terminal) =>
      (await import("./report.ts")).reportChange(values, apps, terminal, stopSignal()),
  }),
  command({
    name: "doctor",
    summary: "Finds what an upgrade left behind: apps that npm start skips, missing settings, old files",
    options: {},
    run: async (_values, _none, terminal) => {
      const { printFindings } = await import("./doctor.ts");
      return printFindings(terminal);
    },
  }),
  command({
    name: "check-gateway",
    summary: "Tries whether a gateway of your own does what a BFF needs, from the BFF's place",
    takes: "<url>",
    most: 1,
    options: CHECK_GATEWAY_OPTIONS,
    details:
      "The keys come from IDENTITY_KEYS and TXN_TOKEN_JWKS, as the BFF and the services get them.\nWhat is expected, and why: docs/your-own-gateway.md",
    run: async (values, [url], terminal) =>
      (await import("../check-gateway/check-gateway.ts")).checkGateway(url, values, terminal),
  }),
];
