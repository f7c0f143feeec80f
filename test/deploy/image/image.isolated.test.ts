/** In its own process: it installs packages, which takes seconds, while the other tests run. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import { request } from "undici";
import { at, fieldsAt } from "../../repository/documents.ts";
import { ROOT } from "../../repository/tree.ts";
import { toDeployedApp } from "../checks/deployed-app.ts";
import { settingsOf, surroundingsOf } from "../checks/surroundings.ts";
import { render } from "../kustomize/render.ts";
import { buildImage } from "./build.ts";
import type { BuiltImage } from "./build.ts";
import { dockerContext } from "./docker-context.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { cannotRun, installNode, startReadOnly } from "./read-only-process.ts";
import { clusterEnvironment } from "./volumes.ts";

const apps = globSync("apps/*/deploy/Dockerfile", { cwd: ROOT })
  .map((path) => path.split("/")[1] ?? "")
  .toSorted();
const files = dockerContext(ROOT);
const rendered = new Map(
  apps.map((app) => [app, render(join(ROOT, "apps", app, "deploy", "overlays", "production"))]),
);
const configMaps = [...rendered.values()].flat().filter(({ kind }) => kind === "ConfigMap");
const skip = cannotRun();

/** For all images: a busy machine needs minutes for what takes seconds on an idle one. */
const PATIENCE_MS = 600_000;

describe("the production image", { concurrency: 2, timeout: PATIENCE_MS }, () => {
  const node = installNode();
  after(() => rmSync(node, { recursive: true }));

  for (const app of apps) {
    describe(`of ${app}`, { concurrency: 1 }, () => {
      let image: BuiltImage | undefined;
      const theImage = (): BuiltImage => image ?? assert.fail("the image was not built");
      after(() => {
        if (image !== undefined) rmSync(image.scratch, { recursive: true });
      });

      it("is built from its Dockerfile, on the packages that turbo prune leaves", async () => {
        const stages = parseDockerfile(readFileSync(join(ROOT, "apps", app, "deploy", "Dockerfile"), "utf8"));
        image = await buildImage(stages, { root: ROOT, files, environment: process.env });
      });

      it("holds what runs, and nothing that only tests or builds", () => {
        const { root, workdir } = theImage();
        const found = globSync(["apps/*", "packages/*"], { cwd: join(root, workdir) });
        assert.ok(found.includes(`apps/${app}`));
        assert.deepEqual(
          globSync("**/*.test.ts", { cwd: join(root, workdir), exclude: ["**/node_modules/**"] }),
          [],
        );
        const rooms = ["apps/*", "packages/*", "test", "scripts"];
        for (const path of globSync(
          rooms.map((room) => `${room}/package.json`),
          { cwd: join(root, workdir) },
        )) {
          const manifest: unknown = JSON.parse(readFileSync(join(ROOT, path), "utf8"));
          const runs = fieldsAt(manifest, "dependencies");
          const onlyTests = Object.keys(fieldsAt(manifest, "devDependencies")).filter(
            (name) => runs[name] === undefined,
          );
          for (const name of onlyTests) {
            // What a package needs for its tests another may need to run.
            const needed = isNeeded(join(root, workdir, "node_modules", ".package-lock.json"), name);
            assert.equal(needed, false, `${name} is installed for ${path}`);
          }
        }
      });

      it(
        "runs as its user on a read-only file system, with what the manifest gives it, until its signal",
        { skip },
        async () => {
          const built = theImage();
          const described = { app, surroundings: surroundingsOf(app), ...(await settingsOf(app)) };
          const deployed = toDeployedApp(described, rendered.get(app) ?? []);
          const environment = clusterEnvironment(deployed, configMaps, join(built.scratch, "volumes"));
          const ports = { PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1" };
          const child = startReadOnly(built, {
            node,
            command: built.command,
            environment: { ...environment, ...ports },
          });
          const ended = once(child, "close");
          let log = "";
          child.stderr?.on("data", (chunk) => (log += String(chunk)));
          try {
            const adminPort = await readyPort(child.stdout ?? assert.fail("no stdout"), () => log);
            const { statusCode, body } = await request(`http://127.0.0.1:${adminPort}/readyz`);
            assert.deepEqual([statusCode, await body.text()], [200, "ready\n"]);
            assert.equal(await healthOf(built, node, String(adminPort)), 0);
            child.kill("SIGTERM");
            assert.deepEqual(await ended, [0, null], log);
            assert.equal(
              await healthOf(built, node, String(adminPort)),
              1,
              "the health check notices that nothing answers",
            );
          } finally {
            child.kill("SIGKILL");
          }
        },
      );
    });
  }
});

/** The admin port of the log line that says that the process is ready. */
async function readyPort(output: NodeJS.ReadableStream, errors: () => string): Promise<number> {
  const seen: string[] = [];
  for await (const line of createInterface({ input: output })) {
    seen.push(line);
    const entry: unknown = JSON.parse(line);
    const port = at(entry, "adminPort");
    if (at(entry, "msg") === "ready" && typeof port === "number") {
      output.resume();
      return port;
    }
  }
  throw new Error(`it ended before it was ready:\n${seen.join("\n")}\n${errors()}`);
}

async function healthOf(image: BuiltImage, node: string, adminPort: string): Promise<unknown> {
  const check = startReadOnly(image, {
    node,
    command: image.healthcheck,
    environment: { ADMIN_PORT: adminPort },
  });
  const [code]: unknown[] = await once(check, "close");
  return code;
}

/** Whether a package is installed although no manifest of what was installed asks for it. */
function isNeeded(lockfile: string, name: string): boolean {
  const packages = Object.entries(fieldsAt(JSON.parse(readFileSync(lockfile, "utf8")), "packages"));
  const installed = packages.some(([path]) => path.endsWith(`node_modules/${name}`));
  const wanted = packages.some(([, entry]) =>
    [
      fieldsAt(entry, "dependencies"),
      fieldsAt(entry, "peerDependencies"),
      fieldsAt(entry, "optionalDependencies"),
    ].some((wants) => wants[name] !== undefined),
  );
  return installed && !wanted;
}
