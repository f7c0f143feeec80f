import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { command, CommandError, runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";

const GREET = command({
  name: "greet",
  summary: "Greets somebody",
  takes: "<name>",
  most: 1,
  options: {
    loud: { type: "boolean", about: "in capitals" },
    times: { type: "string", value: "<n>", about: "often" },
  },
  details: "For example: greet Ada",
  run: async ({ loud = false, times = "1" }, [name = "you"], { output }) => {
    if (name === "nobody") throw new CommandError("there is nobody to greet: name somebody");
    output.write(`${loud ? "HELLO" : "hello"} ${name} ${times}`);
    return Promise.resolve(0);
  },
});
/** Hands its arguments on, as the commands that start another program do. */
const PASS = {
  name: "pass",
  summary: "Passes on",
  options: {},
  run: async (args: readonly string[]) => Promise.resolve(args.length),
};

async function run(...args: readonly string[]) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = {
    root: "",
    from: "",
    env: {},
    input: new PassThrough(),
    output,
    errors,
    interactive: false,
  };
  const code = await runCommandLine([GREET, PASS], "1.2.3", args, terminal);
  return { code, said: String(output.read() ?? ""), complained: String(errors.read() ?? "") };
}

describe("triptych", () => {
  it("runs a command with its options and arguments", async () => {
    assert.deepEqual(await run("greet", "--loud", "Ada", "--times", "2"), {
      code: 0,
      said: "HELLO Ada 2",
      complained: "",
    });
    assert.equal((await run("pass", "--any", "thing")).code, 2);
  });

  for (const args of [[], ["--help"]]) {
    it(`lists the commands for ${JSON.stringify(args)}`, async () => {
      const { code, said } = await run(...args);
      assert.equal(code, 0);
      assert.match(said, /^ {2}greet {2}Greets somebody\n {2}pass {3}Passes on$/m);
    });
  }

  it("explains a command", async () => {
    const { code, said } = await run("greet", "Ada", "--help");
    assert.equal(code, 0);
    assert.equal(
      said,
      "Greets somebody.\n\nUsage: npm run greet -- [options] <name>\n\nOptions:\n  --loud       in capitals\n  --times <n>  often\n\nFor example: greet Ada\n",
    );
  });

  for (const args of [["--version"], ["greet", "--version"]]) {
    it(`says its version for ${args.join(" ")}`, async () =>
      assert.equal((await run(...args)).said, "triptych 1.2.3\n"));
  }

  for (const [args, message] of [
    [["grete"], 'triptych: there is no command "grete" (did you mean greet?): see npx triptych --help\n'],
    [["dance"], 'triptych: there is no command "dance": see npx triptych --help\n'],
    [["greet", "--luod"], "greet: Unknown option '--luod' (see npx triptych greet --help)\n"],
    [["greet", "Ada", "Bob"], 'greet: "Bob" is one argument too many (see npx triptych greet --help)\n'],
  ] as const) {
    it(`refuses "${args.join(" ")}" and says what to do`, async () => {
      assert.deepEqual(await run(...args), { code: 2, said: "", complained: message });
    });
  }

  it("says in one line why a command failed, and exits with 1", async () => {
    const complained = "greet: there is nobody to greet: name somebody\n";
    assert.deepEqual(await run("greet", "nobody"), { code: 1, said: "", complained });
  });

  it("has a help for each command, and no name twice", async () => {
    assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
    for (const { name, summary } of COMMANDS) {
      const output = new PassThrough();
      const terminal = {
        root: "",
        from: "",
        env: {},
        input: output,
        output,
        errors: output,
        interactive: false,
      };
      assert.equal(await runCommandLine(COMMANDS, "", [name, "--help"], terminal), 0);
      assert.ok(String(output.read()).startsWith(`${summary}.\n\nUsage: npm`), name);
    }
  });
});
