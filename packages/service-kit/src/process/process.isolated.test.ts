import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { accepts, freePorts, listen, Program, RawConnection } from "@triptych/testing";

const PROGRAM = fileURLToPath(new URL("fixtures/sample-app.ts", import.meta.url));
const SETTINGS = { HOST: "127.0.0.1", PORT: "0", USERS_URL: "http://127.0.0.1:9001" };

async function start() {
  const program = new Program(process.execPath, [PROGRAM], { env: SETTINGS });
  const { port, adminPort } = await program.line("ready");
  assert.ok(typeof port === "number" && typeof adminPort === "number");
  return { program, port, adminPort };
}

function get(connection: RawConnection, path: string): RawConnection {
  return connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
}

/** Readiness, asked until it is what is looked for: a signal arrives when it arrives. */
async function readyz(adminPort: number, status: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
    await response.text();
    if (response.status === status) return;
  }
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} drains: not ready, the request in flight whole, idle connections closed, exit 0`, async () => {
    const { program, port, adminPort } = await start();
    await using _ = program;
    await readyz(adminPort, 200);
    const idle = get(new RawConnection(port), "/quick");
    assert.equal((await idle.answer()).status, 200);
    const busy = get(new RawConnection(port), "/held");
    await program.line("holding");

    program.child.kill(signal);
    await program.line("draining");
    await readyz(adminPort, 503);
    assert.equal(await idle.closed(), "");
    await assert.rejects(fetch(`http://127.0.0.1:${port}/quick`));

    program.child.kill("SIGUSR2");
    const answer = await busy.answer();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["connection"], "close");
    assert.equal(answer.body.length, 100_000);
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal(program.lines("drained")[0]?.["cut"], 0);
    // The buffered log is written before the end.
    assert.ok(program.lines("request").some((line) => line["screen"] === "held" && line["status"] === 200));
    assert.equal(program.stderr, "");
  });
}

test("a second signal ends the process at once", async () => {
  const { program, port } = await start();
  await using _ = program;
  get(new RawConnection(port), "/held");
  await program.line("holding");
  program.child.kill("SIGTERM");
  await program.line("draining");
  program.child.kill("SIGINT");
  assert.deepEqual(await program.ended, { code: 130, signal: null });
});

const CRASHES = [
  [
    "/reject",
    "unhandled rejection",
    /nothing awaits this.*"cause":\{"type":"TypeError","message":"the reason"/,
  ],
  ["/throw", "uncaught exception", /nothing catches this/],
] as const;

for (const [path, message, expected] of CRASHES) {
  test(`an ${message} is logged with its stack and ends the process with 1`, async () => {
    const { program, port } = await start();
    await using _ = program;
    get(new RawConnection(port), path);
    assert.deepEqual(await program.ended, { code: 1, signal: null });
    const lines = program.lines(message);
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.["level"], "fatal");
    assert.equal(program.stderr, "", "the log is the one place that says it");
    assert.match(JSON.stringify(lines[0]["err"]), expected);
    assert.match(JSON.stringify(lines[0]["err"]), /\\n +at .*sample-app\.ts/);
  });
}

test("stray errors of contained code are told and do not end the process", async () => {
  const { program, port } = await start();
  await using _ = program;
  for (const path of ["/contained/reject", "/contained/timer", "/contained/late-reject"]) {
    assert.equal((await get(new RawConnection(port), path).answer()).body, "contained");
  }
  while (program.lines("stray").length < 3) await setTimeout(10);
  assert.equal((await get(new RawConnection(port), "/quick").answer()).status, 200);
  assert.match(JSON.stringify(program.lines("stray")), /"message":"contained".*sample-app\.ts/);
});

/** How many lines of its log a program has dropped, by its own metrics. */
async function droppedLines(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  return Number(/^log_lines_dropped_total\{.*\} (\d+)$/m.exec(await response.text())?.[1]);
}

async function logMillions(port: number, lines: number): Promise<void> {
  for (let line = 0; line < lines; line += 1) {
    assert.equal((await get(new RawConnection(port), "/log-a-million").answer()).body, "logged");
  }
}

test("a log on a full disk: requests are answered, memory is bounded, dropped lines are counted, SIGTERM drains", async () => {
  const [port = 0, adminPort = 0] = await freePorts(2);
  // Only its log goes there: what it says on standard error is read.
  await using program = new Program(
    "/bin/sh",
    ["-c", `exec "$0" "$1" >/dev/full`, process.execPath, PROGRAM],
    {
      env: { ...SETTINGS, PORT: String(port), ADMIN_PORT: String(adminPort) },
    },
  );
  await program.until(() => accepts(adminPort));
  await logMillions(port, 10);
  // Four million characters wait at the most.
  assert.ok((await droppedLines(adminPort)) >= 6);
  program.child.kill("SIGTERM");
  assert.deepEqual(await program.ended, { code: 0, signal: null });
  assert.equal(program.stderr, "");
});

test("a log that is not read: requests are answered, and lines come whole once it is read again", async () => {
  const { program, port, adminPort } = await start();
  await using _ = program;
  program.child.stdout?.pause();
  await logMillions(port, 10);
  const dropped = await droppedLines(adminPort);
  assert.ok(dropped >= 5, `${dropped} lines dropped`);
  program.child.stdout?.resume();
  await program.line("a million characters");
  // What waited leaves room for further lines.
  while (program.lines("a million characters").length < 10 - dropped) await setTimeout(10);
  get(new RawConnection(port), "/quick");
  await program.line("request");
  program.child.kill("SIGTERM");
  assert.deepEqual(await program.ended, { code: 0, signal: null });
  assert.equal(program.lines("drained").length, 1);
});

for (const [how, end, code] of [
  ["a signal", ({ child }: Program) => child.kill("SIGTERM"), 0],
  ["a crash", (_: Program, port: number) => get(new RawConnection(port), "/throw"), 1],
] as const) {
  test(`a log that is not read keeps no process from ending by ${how}`, async () => {
    const { program, port } = await start();
    await using _ = program;
    program.child.stdout?.pause();
    await logMillions(port, 5);
    end(program, port);
    // "close" waits for the output to be read, "exit" does not.
    const [exitCode] = await once(program.child, "exit");
    assert.equal(exitCode, code);
    program.child.stdout?.resume();
    await program.ended;
  });
}

test("--help lists the settings, --version the version, and neither needs one", async () => {
  await using help = new Program(process.execPath, [PROGRAM, "--help"]);
  await using version = new Program(process.execPath, [PROGRAM, "--version"]);
  assert.deepEqual(await help.ended, { code: 0, signal: null });
  assert.match(
    help.stdout,
    /^sample-app \d+\.\d+\.\d+\n\nSettings, from the environment:\n  PORT {25}the port to listen on/,
  );
  assert.match(help.stdout, /\n  USERS_URL {20}the origins of its instances, .*; required\n$/);
  assert.deepEqual(await version.ended, { code: 0, signal: null });
  assert.match(version.stdout, /^sample-app \d+\.\d+\.\d+\n$/);
});

test("any other argument is refused: it was meant to be a setting", async () => {
  await using program = new Program(process.execPath, [PROGRAM, "--port=1"], { env: SETTINGS });
  assert.deepEqual(await program.ended, { code: 1, signal: null });
  assert.match(program.stderr, /^sample-app cannot start: it takes no arguments .*environment variables\n$/);
});

test("a bad setting ends the process with 1 and a line for each", async () => {
  await using program = new Program(process.execPath, [PROGRAM], {
    env: { ...SETTINGS, USERS_URL: "localhost:9001", LOG_LEVEL: "loud" },
  });
  assert.deepEqual(await program.ended, { code: 1, signal: null });
  assert.equal(
    program.stderr,
    "sample-app cannot start: LOG_LEVEL is 'loud' (expected one of fatal, error, warn, info, debug, trace, silent)\n" +
      "sample-app cannot start: USERS_URL is not a URL: 'localhost:9001' (did you mean http://localhost:9001?)\n",
  );
  assert.equal(program.stdout, "");
});

test("a taken port ends the process with 1 and one line that names the setting", async () => {
  const taken = createServer();
  const port = await listen(taken);
  await using program = new Program(process.execPath, [PROGRAM], {
    env: { ...SETTINGS, ADMIN_PORT: String(port) },
  });
  assert.deepEqual(await program.ended, { code: 1, signal: null });
  assert.match(
    program.stderr,
    /^sample-app cannot start: port \d+ for [^\n]* set ADMIN_PORT to another port\n$/,
  );
  assert.equal(program.stdout, "");
  await new Promise((resolve) => taken.close(resolve));
});
