/**
 * A company adopts Triptych, from the empty folder on: a repository of its own over the packages,
 * two screens over a service that we did not write, with its own login; the service fails, is slow
 * and drifts; then the next version of the packages comes. docs/adopting.md tells the same for
 * people.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { createMinter } from "@triptych/identity";
import { replacesBody, hangs, MisbehavingUpstream } from "@triptych/testing";
import { request } from "undici";
import { packedFrom } from "./testing/packed.ts";
import { testPackedPackages } from "./testing/packed-packages.ts";
import { Registry } from "./testing/registry.ts";
import { DOCUMENT, SCREENS } from "./testing/company.ts";
import { shell } from "./testing/shell.ts";

const [OLD, NEW] = ["1.0.0", "1.0.1"];
/**
 * The commit that the first packages are of; undefined: today's. The nightly build says of which
 * release; a clone need not have the tag.
 */
const EARLIER = process.env["UPGRADE_FROM"];
/** Names of the sample shop. `catalog-info.yaml` is a file of Backstage's. */
const SHOP =
  /\b(?:users|orders|recommendations|catalog(?!-info)|shop|products?|tablet|service-name|acme-inc)\b/i;
const SECRET = Buffer.alloc(32, 3);

describe("a company's repository", () => {
  const folder = mkdtempSync(join(tmpdir(), "adoption-"));
  const acme = join(folder, "acme");
  const started = performance.now();
  const minutes = (): string => ((performance.now() - started) / 60_000).toFixed(1);
  const read = (path: string): string => readFileSync(join(acme, path), "utf8");
  const edit = (path: string, from: string, to: string): void => {
    assert.ok(read(path).includes(from), `${path} has ${from}`);
    writeFileSync(join(acme, path), read(path).replace(from, to));
  };
  let registry: Registry;
  let newest: readonly string[];

  before(async () => {
    newest = packedFrom(undefined, join(folder, "packages"));
    const earlier = packedFrom(EARLIER, join(folder, "earlier"), newest);
    registry = await Registry.open(join(folder, "registry"));
    for (const tarball of earlier) await registry.publish(tarball, OLD);
  });
  after(async () => {
    await registry?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  testPackedPackages(() => newest);

  it("is made by npm create, with nothing of the sample shop in it", async (t) => {
    writeFileSync(join(folder, "registry.json"), JSON.stringify(DOCUMENT));
    // As npm create runs it, of the packages that the registry has.
    mkdirSync(join(folder, "npx"));
    writeFileSync(join(folder, "npx/package.json"), '{ "private": true }');
    writeFileSync(join(folder, "npx/.npmrc"), `@triptych:registry=${registry.origin}\n`);
    const creator = newest.find((file) => /create-triptych-/.test(file)) ?? "";
    shell(
      join(folder, "npx"),
      `npm install --prefer-offline --no-audit --no-fund --ignore-scripts ${creator}`,
    );
    const options = `--client web --client phone --upstream registry=../registry.json --registry ${registry.origin}`;
    const said = shell(join(folder, "npx"), `npx create-triptych ../acme ${options}`);
    const line =
      /registry: \{ service: registryService, authenticate: bearer\(setting\("REGISTRY_TOKEN"\)\) \},/;
    // Earlier ones did not say it.
    if (EARLIER === undefined) assert.match(said, line);
    const files = readdirSync(acme, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name));
    assert.ok(files.length > 60);
    const wrong = files.filter((file) => {
      const text = file.endsWith("package-lock.json") ? "" : readFileSync(file, "utf8");
      return SHOP.test(text) || SHOP.test(file.slice(acme.length));
    });
    assert.deepEqual(wrong, []);
    t.diagnostic(`the repository is there after ${minutes()} minutes`);
  });

  it("passes its own tests at once, which start what npm start starts", (t) => {
    assert.match(shell(acme, "npm test"), /^[1-9]\d* passed, 0 failed, 0 skipped$/m);
    t.diagnostic(`its tests have passed after ${minutes()} minutes`);
  });

  const skip = EARLIER !== undefined && "its screens use what earlier packages may not have";
  it("has two screens over a service that we did not write, and logs in there", { skip }, async (t) => {
    for (const [path, text] of Object.entries(SCREENS)) writeFileSync(join(acme, path), text);
    edit("apps/web-bff/src/app.ts", "screens: [home]", "screens: [home, found, one]");
    edit(
      "apps/web-bff/src/app.ts",
      'import { home } from "./screens/home.ts";',
      'import { found } from "./screens/found.ts";\nimport { home } from "./screens/home.ts";\nimport { one } from "./screens/one.ts";',
    );
    // The tests below start the gateway with it.
    edit("apps/gateway/src/routes.ts", '["session", "bearer"]', '["session", "bearer", "anonymous"]');
    const upstreams = "apps/web-bff/src/upstreams.ts";
    edit(
      upstreams,
      "service: registryService",
      'service: registryService, authenticate: bearer(setting("REGISTRY_TOKEN"))',
    );
    edit(
      "apps/web-bff/deploy/base/deployment.yaml",
      "- name: IDENTITY_KEYS",
      "- name: REGISTRY_TOKEN\n              valueFrom: { secretKeyRef: { name: web-bff-registry, key: token } }\n            - name: IDENTITY_KEYS",
    );
    edit(upstreams, "import", 'import { bearer, setting } from "@triptych/upstream-client";\nimport');
    shell(acme, "npx oxfmt . && npm run contracts -- --write web-bff");
    // As strict as it gets: our declarations are checked, too.
    shell(
      acme,
      "npx tsc --noEmit --singleThreaded --skipLibCheck false --project apps/web-bff/tsconfig.check.json",
    );

    const service = await drifting(registry);
    t.after(() => service.close());
    await using bff = await startBff(acme, { REGISTRY_URL: service.origin, REGISTRY_TOKEN: registry.token });
    const found = await bff.ask("/web/found");
    assert.equal(found.status, 200, found.text);
    assert.ok(found.value.packages.some(({ name }: { name: string }) => name === "@triptych/bff"));
    // Open to visitors, because its screen says so.
    assert.deepEqual((await bff.ask("/web/found", "visitor")).value, found.value);
    assert.equal((await bff.ask("/web/packages/create-triptych", "visitor")).status, 401);
    const one = await bff.ask("/web/packages/create-triptych");
    assert.deepEqual(one.value.package, { name: "create-triptych", latest: OLD });
    assert.deepEqual(one.value.degraded, []);
    t.diagnostic(`two screens answer after ${minutes()} minutes`);

    // It drifts: one field of one answer has another type.
    service.behave(
      replacesBody((body) => ({ ...body, total: "many" })),
      { at: "/-/v1/search" },
    );
    const drifted = await bff.ask("/web/packages/create-triptych");
    assert.equal(drifted.status, 200, drifted.text);
    assert.deepEqual(drifted.value.degraded, [{ section: "all", reason: "invalid" }]);
    service.reset();
    // It is slow: the screen's deadline passes.
    service.behave(hangs, { at: "/-/v1/search" });
    const slow = await bff.ask("/web/packages/create-triptych");
    assert.deepEqual(slow.value.degraded, [{ section: "all", reason: "timeout" }]);
    service.reset();
    // It is killed, and comes back.
    await registry.kill();
    const killed = await bff.ask("/web/packages/create-triptych");
    assert.deepEqual(
      [killed.status, killed.value.section, killed.value.upstream],
      [503, "package", "registry"],
    );
    await registry.start();
    for (let status = 0; status !== 200;) ({ status } = await bff.ask("/web/packages/create-triptych"));
  });

  it("makes a container image", () => {
    shell(acme, `npm run image -- web-bff --out ${join(folder, "image")}`);
    assert.ok(readdirSync(join(folder, "image/node_modules/@triptych")).includes("bff"));
  });

  it("takes the next version by npm update, and its tests stay green", (t) => {
    return (async () => {
      for (const tarball of newest) await registry.publish(tarball, NEW);
      shell(acme, "npm update --prefer-online --no-audit --no-fund");
      for (const name of ["bff", "cli", "upstream-client", "screen"]) {
        const manifest = JSON.parse(read(`node_modules/@triptych/${name}/package.json`));
        assert.equal(manifest.version, NEW, name);
      }
      // Where the next version is the same code, only what this test has added is left to be tested.
      if (EARLIER !== undefined) shell(acme, "npm run contracts -- --write");
      const tests = EARLIER === undefined ? "npm test -w @acme/web-bff" : "npm test";
      assert.match(shell(acme, tests), /^[1-9]\d* passed, 0 failed, 0 skipped$/m);
      assert.match(shell(acme, "npm run doctor"), /Nothing is wrong/);
      t.diagnostic(`all of it took ${minutes()} minutes`);
    })();
  });

  it("hears from triptych doctor what an upgrade cannot mend", () => {
    const manifest = JSON.parse(read("apps/phone-bff/package.json"));
    writeFileSync(
      join(acme, "apps/phone-bff/package.json"),
      JSON.stringify({ ...manifest, config: undefined }),
    );
    edit("apps/web-bff/deploy/base/deployment.yaml", "REGISTRY_URL", "OTHER_URL");
    assert.throws(
      () => shell(acme, "npm run doctor"),
      /phone-bff\/package\.json: does not say where[^]*REGISTRY_URL is not set/,
    );
  });
});

/** A place before the registry where its answers can be changed on the way. */
async function drifting(registry: Registry): Promise<MisbehavingUpstream> {
  return MisbehavingUpstream.open(async ({ url, headers }) => {
    try {
      const { authorization = "" } = headers;
      const answer = await request(`${registry.origin}${url}`, { reset: true, headers: { authorization } });
      const type = String(answer.headers["content-type"]);
      return { status: answer.statusCode, headers: { "content-type": type }, body: await answer.body.text() };
    } catch {
      return (socket) => void socket.destroy();
    }
  });
}

/** Runs the company's BFF as its image does. */
async function startBff(acme: string, env: Readonly<Record<string, string>>) {
  const start = join(acme, "node_modules/@triptych/service-kit/dist/start.js");
  const child = spawn(process.execPath, [start, "apps/web-bff/src/main.ts"], {
    cwd: acme,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...env,
      PORT: "0",
      ADMIN_PORT: "0",
      HOST: "127.0.0.1",
      IDENTITY_KEYS: `one:${SECRET.toString("base64url")}`,
    },
  });
  let port = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    port = Number(Object(JSON.parse(line)).port ?? 0);
    if (port !== 0) break;
  }
  const minter = createMinter({ kid: "one", secret: SECRET });
  return {
    async ask(path: string, who: "ada" | "visitor" = "ada") {
      const userId = who === "visitor" ? undefined : who;
      const identity = minter.mint({ userId, audience: "web-bff", requestId: crypto.randomUUID() });
      // A connection of its own: commands block this process, and a kept one may be closed
      // meanwhile.
      const answer = await request(`http://127.0.0.1:${port}${path}`, {
        reset: true,
        headers: { "X-Identity": identity, Accept: "application/json" },
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, text, value: JSON.parse(text) };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
