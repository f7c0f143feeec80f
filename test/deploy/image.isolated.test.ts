/** In its own process: it installs packages, which takes seconds, while the other tests run. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { request } from "undici";
import { at, fieldsAt, readJson } from "../repository/documents.ts";
import { readRooms, ROOT, shippedApps } from "../repository/tree.ts";
import { clusterEnvironment } from "./testing/cluster.ts";
import { expectationOf, portOf, toDeployedApp } from "./testing/deployed-app.ts";
import { overlayOf, withoutKubectl } from "./testing/manifests.ts";

const apps = shippedApps(readRooms(ROOT)).filter(({ manifest }) => manifest !== undefined);
const configMaps = () =>
  apps.flatMap(({ name }) => overlayOf(name)).filter(({ kind }) => kind === "ConfigMap");

/** A busy machine needs minutes for what takes seconds on an idle one. */
const PATIENCE_MS = 600_000;

/**
 * Node's permissions for a program that writes nothing and starts nothing, as on a read-only file
 * system.
 */
const READ_ONLY = "--permission --allow-fs-read=* --allow-net --disable-warning=ExperimentalWarning";

/**
 * What a Dockerfile says after a keyword, once per instruction. A line that ends in a backslash
 * goes on.
 */
function instructionsOf(app: string): (keyword: string) => string[] {
  const text = readFileSync(join(ROOT, "apps", app, "deploy", "Dockerfile"), "utf8");
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  return (keyword) =>
    lines.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));
}

/**
 * The arguments for Node of a CMD or a HEALTHCHECK. They have no shell, which would not pass
 * signals on.
 */
function argumentsOf([instruction = ""]: readonly string[]): readonly string[] {
  const [program, ...args]: readonly string[] = JSON.parse(/\[.+\]$/.exec(instruction)?.[0] ?? "[]");
  assert.equal(program, "node", instruction);
  return args;
}

describe("the Dockerfiles", () => {
  for (const { name: app } of apps) {
    const all = instructionsOf(app);

    it(`of ${app} only runs npm run image, on a version of Node that is written out`, () => {
      assert.deepEqual(all("RUN"), [`node packages/cli/src/image/main.ts ${app} --out /app`]);
      assert.deepEqual(all("COPY"), [". .", "--from=make /app/ ./"]);
      assert.deepEqual(all("FROM"), ["${NODE} AS make", "${NODE}"]);
      const [, version = ""] = /^NODE=node:(\d+\.\d+\.\d+)-[a-z-]+$/.exec(all("ARG").join()) ?? [];
      // The README says which Node the programs need in production.
      const readme = readFileSync(join(ROOT, "README.md"), "utf8");
      const [, least = ""] =
        /Node (\d+\.\d+\.\d+) or newer/.exec(readme) ?? assert.fail("README.md: no Node");
      assert.ok(version.localeCompare(least, "en", { numeric: true }) >= 0, `"${version}", not ${least}`);
    });

    it(`of ${app} starts the app's main.ts, in the form that loads fast`, () => {
      const start = ["--enable-source-maps", "packages/service-kit/src/start.js", `apps/${app}/dist/main.js`];
      assert.deepEqual(argumentsOf(all("CMD")), start);
    });

    it(`of ${app} has the user and the ports of the manifest`, { skip: withoutKubectl }, async () => {
      const deployed = toDeployedApp(await expectationOf(app), overlayOf(app));
      const { runAsUser, runAsGroup } = deployed.pod.securityContext ?? {};
      assert.deepEqual(all("USER"), [`${runAsUser}:${runAsGroup}`]);
      assert.deepEqual(all("EXPOSE"), [`${portOf(deployed, "http")} ${portOf(deployed, "admin")}`]);
    });
  }
});

describe("npm run image", { concurrency: 2, timeout: PATIENCE_MS }, () => {
  const main = join(ROOT, "packages", "cli", "src", "image", "main.ts");

  it("says which apps have an image", async () => {
    const names = apps.map(({ name }) => name).join(", ");
    await assert.rejects(promisify(execFile)(process.execPath, [main, "tv-bff", "--out", "a"]), {
      code: 1,
      stderr: `image: usage: npm run image -- <app> --out <folder>, where <app> is one of ${names}\n`,
    });
  });

  it("is tried where a program that writes a file fails", async () => {
    const writes = ["--eval", 'require("node:fs").writeFileSync(require("node:os").devNull, "")'];
    assert.deepEqual(
      [await exitCode(writes, {}), await exitCode(writes, { NODE_OPTIONS: READ_ONLY })],
      [0, 1],
    );
  });

  for (const { name: app, component } of apps) {
    describe(`of ${app}`, { concurrency: 1 }, () => {
      const all = instructionsOf(app);
      const scratch = mkdtempSync(join(tmpdir(), "image-"));
      const image = join(scratch, "app");
      let said = "";
      before(async () => {
        ({ stdout: said } = await promisify(execFile)(process.execPath, [main, app, "--out", image]));
      });
      after(() => rmSync(scratch, { recursive: true, force: true }));

      it("says how the image starts", () => {
        assert.ok(
          said.endsWith(`  ${all("ENV").join(" ")} node ${argumentsOf(all("CMD")).join(" ")}\n`),
          said,
        );
      });

      it("takes the app's own files, without tests, tools and other apps", () => {
        const files = { cwd: image, exclude: ["**/node_modules/**"] };
        const rooms = globSync(["apps/*", "packages/*", "test"], files);
        assert.ok(rooms.includes(join("apps", app)));
        assert.deepEqual(
          rooms.filter(
            (room) => room.startsWith("apps") || /(?:test|testing|cli|console|contract-\w+)$/.test(room),
          ),
          [join("apps", app)],
        );
        assert.deepEqual(globSync(["**/*.test.ts", "**/testing", "apps/*/{deploy,client}"], files), []);
      });

      it("installs only packages that something in the image asks for", () => {
        const packages = fieldsAt(readJson(join(image, "node_modules", ".package-lock.json")), "packages");
        const manifests = globSync("{apps,packages}/*/package.json", { cwd: image });
        const asking = [...Object.values(packages), ...manifests.map((path) => readJson(join(image, path)))];
        const wanted = new Set(
          asking.flatMap((one) =>
            ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((kind) =>
              Object.keys(fieldsAt(one, kind)),
            ),
          ),
        );
        const installed = Object.keys(packages).filter((path) => path.includes("node_modules/"));
        assert.ok(installed.length > 10);
        const excess = installed
          .map((path) => path.replace(/^.*node_modules\//, ""))
          .filter((name) => !wanted.has(name));
        assert.deepEqual(excess, [`@triptych/${component}`]);
      });

      it("shows errors with the places in the sources", async () => {
        const breaks = 'process.stdout.write = () => { throw new Error("cannot write"); }';
        const program = [...argumentsOf(all("CMD")), "--help"];
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["--import", `data:text/javascript,${encodeURIComponent(breaks)}`, ...program],
          { cwd: image },
        ).catch((error: unknown) => Object(error));
        assert.match(stdout, /cannot write[^]*packages\/service-kit\/src\/process\/arguments\.ts:\d+/);
      });

      it(
        "starts where it can write nothing, answers, and ends when it is told to",
        { skip: withoutKubectl },
        async () => {
          const deployed = toDeployedApp(await expectationOf(app), overlayOf(app));
          const [[name = "", value = ""] = []] = all("ENV").map((line) => line.split("="));
          const env = {
            ...clusterEnvironment(deployed, configMaps(), join(scratch, "volumes")),
            [name]: value,
            // There is no Redis here.
            START_WITHOUT_REVOCATIONS: "yes",
            HOST: "127.0.0.1",
            PORT: "0",
            ADMIN_PORT: "0",
            NODE_OPTIONS: READ_ONLY,
          };
          const child = spawn(process.execPath, argumentsOf(all("CMD")), { cwd: image, env });
          const ended = once(child, "close");
          let errors = "";
          child.stderr.on("data", (chunk) => (errors += String(chunk)));
          try {
            const { port, adminPort } = await portsOf(child.stdout, () => errors);
            const ready = await request(`http://127.0.0.1:${adminPort}/readyz`);
            assert.deepEqual([ready.statusCode, await ready.body.text()], [200, "ready\n"]);
            const stranger = await request(`http://127.0.0.1:${port}/none`);
            assert.match(String(stranger.headers["content-type"]), /^application\/problem\+json/);
            await stranger.body.dump();
            const health = { ...env, ADMIN_PORT: adminPort };
            assert.equal(await exitCode(argumentsOf(all("HEALTHCHECK")), health), 0);
            child.kill("SIGTERM");
            assert.deepEqual(await ended, [0, null], errors);
            assert.equal(
              await exitCode(argumentsOf(all("HEALTHCHECK")), health),
              1,
              "nothing answers any more",
            );
          } finally {
            child.kill("SIGKILL");
          }
        },
      );
    });
  }
});

/** The ports in the log line which says that the process is ready. */
async function portsOf(output: Readable, errors: () => string): Promise<{ port: string; adminPort: string }> {
  const seen: string[] = [];
  for await (const line of createInterface({ input: output })) {
    seen.push(line);
    const entry: unknown = JSON.parse(line);
    if (at(entry, "msg") !== "ready") continue;
    output.resume();
    return { port: String(at(entry, "port")), adminPort: String(at(entry, "adminPort")) };
  }
  throw new Error(`it ended before it was ready:\n${seen.join("\n")}\n${errors()}`);
}

async function exitCode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const [code]: unknown[] = await once(spawn(process.execPath, args, { env, stdio: "ignore" }), "close");
  return code;
}
