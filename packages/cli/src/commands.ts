import { resolve } from "node:path";
import { CHECK_COMMANDS } from "./checks/commands.ts";
import { command, UsageError } from "./command-line.ts";
import type { Command } from "./command-line.ts";
import { MAKE_COMMANDS } from "./make/commands.ts";
import { CONTRACTS_OPTIONS, IDENTITY_OPTIONS, SIZE_OPTIONS, TRACE_OPTIONS } from "./options.ts";
import { runProgram } from "./processes.ts";
import { programFile } from "./repository.ts";
import { gatewayOnlyIn, smallIn } from "./stack/roles.ts";
import type { RoleName } from "./stack/roles.ts";
import { SERVICE_OPTIONS } from "./stack/services.ts";

const SERVICE_DETAILS =
  "Options that name a service may come several times.\n" +
  "WEB_BFF_PORT=18101 and so on set the ports. Recordings: docs/replay.md";

/** Starts the whole stack, or another part of it, in this terminal. */
function stackCommand(
  name: string,
  summary: string,
  how: { readonly watch?: boolean; readonly roles?: (root: string) => readonly RoleName[] } = {},
): Command {
  return command({
    name,
    summary,
    options: SERVICE_OPTIONS,
    details: SERVICE_DETAILS,
    run: async (options, _none, terminal) => {
      const { runInTerminal } = await import("./stack/run-in-terminal.ts");
      const roles = how.roles?.(terminal.root);
      return runInTerminal({ watch: false, ...how, roles, options }, terminal);
    },
  });
}

/** Starts a program of the repository, which reads the arguments itself. */
function programCommand(name: string, summary: string, program: string, takes = ""): Command {
  return {
    name,
    summary,
    takes,
    options: {},
    details: `The program is ${program}.`,
    run: async (args, { root }) => runProgram(root, program, args),
  };
}

/** Every command of `triptych`, in the order of `triptych --help`. */
export const COMMANDS: readonly Command[] = [
  stackCommand("start", "Runs the sample services, the BFFs and what is in front of them, until Ctrl-C"),
  stackCommand("start:small", "The same, with the gateway and the BFFs in one process", { roles: smallIn }),
  stackCommand("start:gateway", "The services' own APIs behind proxy and gateway, without a BFF", {
    roles: gatewayOnlyIn,
  }),
  stackCommand("dev", "As start, but each process starts again when a file that it uses changes", {
    watch: true,
  }),
  ...CHECK_COMMANDS,
  command({
    name: "contracts",
    summary: "Tells whether each app's contract keeps what it promised to its released clients",
    takes: "[<app>…] | --release <app> <version>",
    most: Infinity,
    options: CONTRACTS_OPTIONS,
    run: async (values, names, { root }) => (await import("./contracts.ts")).contracts(values, names, root),
  }),
  ...MAKE_COMMANDS,
  command({
    name: "trace",
    summary: "Prints an X-Trace-Request: the gateway traces the request that carries it",
    options: TRACE_OPTIONS,
    details:
      'In a command: curl -H "X-Trace-Request: $(npm run -s trace)" …\nThe answer\'s X-Request-Id finds it in the traces and the log.',
    run: async (values, _none, terminal) =>
      (await import("./identity/trace.ts")).printTraceRequest(values, terminal),
  }),
  programCommand(
    "image",
    "Makes the folder that an app's image contains, as the app's Dockerfile does",
    programFile("image/main"),
    "<app> --out <folder>",
  ),
  command({
    name: "pack",
    summary: "Builds the packages that others install, and packs each into a tarball",
    options: { out: { type: "string", value: "<folder>", about: "where (default dist/packages)" } },
    run: async ({ out = "dist/packages" }, _none, { root, from, output }) => {
      const { pack } = await import("./pack/pack.ts");
      for (const { file } of pack(root, resolve(from, out))) output.write(`${file}\n`);
      return 0;
    },
  }),
  command({
    name: "release",
    summary: "Gives the published packages a new version, and the changelog its heading",
    takes: "<version>",
    most: 1,
    options: {},
    run: async (_values, [version], { root, output }) => {
      const { release } = await import("./pack/release.ts");
      output.write(`${release(root, version).join("\n")}\n`);
      return 0;
    },
  }),
  programCommand(
    "budgets",
    "Measures each screen's upstream calls and bytes against its budget",
    "test/budgets/main.ts",
    "[--base <git ref>] [--json] [<app>…]",
  ),
  programCommand(
    "shadow",
    "Plays requests to another commit and to what is here, and says where the answers differ",
    "test/shadow/main.ts",
    "[--base <git ref>] [--app-version <version>] [--ignore <pointer>] [--requests <file>] [--json] [<app>…]",
  ),
  programCommand(
    "fields",
    "Lists the fields of the services' answers that no screen of an app reads",
    "test/fields/main.ts",
    "<app>",
  ),
  command({
    name: "token",
    summary: "Prints a bearer token of the development identity provider, which npm start runs",
    options: { user: { type: "string", value: "<id>", about: "whose token, such as 42" } },
    details: "In a command: $(npm run -s token -- --user 42)",
    run: async ({ user }, _none, terminal) =>
      (await import("./identity/token.ts")).printToken(user, terminal),
  }),
  command({
    name: "identity",
    summary: "Mints an X-Identity for a request to a BFF in development",
    options: IDENTITY_OPTIONS,
    details: "In a command: $(npm run -s identity -- --user 42 --aud web-bff)",
    run: async (values, _none, terminal) =>
      (await import("./identity/identity.ts")).printIdentity(values, terminal),
  }),
  programCommand(
    "examples",
    "Takes the examples in the contracts from a run on the sample data",
    "test/examples/main.ts",
  ),
  programCommand(
    "bench",
    "Runs the benchmark",
    "test/bench/main.ts",
    "[--quick [--base <git ref>] | --write] [<report>…]",
  ),
  programCommand(
    "latency-report",
    "Measures pages in a browser on slow networks",
    "test/latency/main.ts",
    "[--quick | --write]",
  ),
  command({
    name: "settings",
    summary: "Prints the settings of every program, as docs/settings.md has them",
    options: {},
    run: async (_values, _none, { root, output }) => {
      output.write(await (await import("./settings.ts")).settingsPage(root));
      return 0;
    },
  }),
  command({
    name: "licences",
    summary: "Prints the licences of what is installed for production, as docs/licences.md has them",
    options: {},
    run: async (_values, _none, { root, output }) => {
      output.write((await import("./licences.ts")).licencesPage(root));
      return 0;
    },
  }),
  command({
    name: "size",
    summary: "Counts lines, files, docstrings and import circles of the source",
    takes: "[<folder>…]",
    most: Infinity,
    options: SIZE_OPTIONS,
    run: async (values, folders, terminal) =>
      (await import("./size/size.ts")).printSize(values, folders, terminal),
  }),
  command({
    name: "lockfile",
    summary: "Adds the builds for other platforms that npm install left out of package-lock.json",
    takes: "[<folder>]",
    most: 1,
    options: {},
    run: async (_values, [folder], terminal) => (await import("./lockfile.ts")).completeIn(folder, terminal),
  }),
  command({
    name: "keys-folder",
    summary: "Makes what the programs of compose.yaml share, in a folder",
    takes: "<folder>",
    most: 1,
    options: {},
    run: async (_values, [folder], { root, from }) => {
      if (folder === undefined) throw new UsageError("it needs a folder");
      const { makeKeysFolder } = await import("./stack/keys-folder.ts");
      await makeKeysFolder(resolve(from, folder), root);
      return 0;
    },
  }),
];
