import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { createMinter } from "@triptych/identity";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { request } from "undici";
import { ROOT } from "../repository.ts";
import { pack } from "./pack.ts";
import type { Packed } from "./pack.ts";

/** What a company writes: a contract, and a BFF of one screen over the client made from it. */
const COMPANY: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify({
    extends: "./base.json",
    include: ["src"],
    // As strict as it gets: our declarations are checked, too.
    compilerOptions: { skipLibCheck: false },
  }),
  "contracts/weather.openapi.json": JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Weather", version: "1.0.0" },
    paths: {
      "/today": {
        get: {
          operationId: "today",
          responses: {
            200: {
              description: "The weather",
              content: {
                "application/json": {
                  schema: {
                    type: "object",
                    required: ["degrees"],
                    properties: { degrees: { type: "integer" } },
                  },
                },
              },
            },
          },
        },
      },
    },
  }),
  "src/app.ts": `
    import { defineBff, screens } from "@triptych/bff";
    import { defineScreens } from "@triptych/screen";
    import type { Upstream } from "@triptych/upstream-client";
    import { operationOf } from "@triptych/upstream-client/contract";
    import type { ContractService } from "@triptych/upstream-client/contract";
    import { Type } from "typebox";
    import { contract } from "./generated/weather.ts";
    import type { Answers } from "./generated/weather.ts";

    type Weather = { today(): Promise<Answers["today"]> };
    const weather = (upstream: Upstream): ContractService<Weather> => {
      const today = operationOf<Answers["today"]>(contract.today);
      return { in: (scope) => ({ today: () => upstream.call(today, scope) }) };
    };
    const { screen, required } = defineScreens<{ weather: Weather }>();
    const home = screen({
      name: "home",
      path: "/home",
      summary: "The weather",
      budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 200 },
      sections: {
        weather: required({
          schema: Type.Object({ celsius: Type.Integer() }),
          load: ({ weather }) => weather.today(),
          shape: ({ degrees }) => ({ celsius: degrees }),
        }),
      },
    });
    export const bff = defineBff({
      name: "tv-bff",
      prefix: "/tv",
      port: 8104,
      upstreams: { weather: { service: weather } },
      answers: screens({ title: "TV", versions: { newest: "1.0.0" }, screens: [home] }),
    });
  `,
  "src/main.ts": `
    import { startBff } from "@triptych/bff";
    import { bff } from "./app.ts";
    await startBff(bff, process.env);
  `,
};

describe("the packed packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "pack-"));
  const company = join(folder, "company");
  let packed: readonly Packed[] = [];
  const file = (name: string): string =>
    packed.find((one) => one.name === `@triptych/${name}`)?.file ?? assert.fail(`${name} was not packed`);
  const bin = (name: string, args: readonly string[]): string =>
    execFileSync(join(company, "node_modules/.bin", name), args, { cwd: company, encoding: "utf8" });

  before(() => {
    packed = pack(ROOT, join(folder, "packages"));
    for (const [path, text] of Object.entries(COMPANY)) {
      mkdirSync(dirname(join(company, path)), { recursive: true });
      writeFileSync(join(company, path), text);
    }
    writeFileSync(join(company, "base.json"), readFileSync(join(ROOT, "tsconfig.base.json")));
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const manifest = {
      name: "company",
      type: "module",
      private: true,
      dependencies: Object.fromEntries(packed.map((one) => [one.name, `file:${one.file}`])),
      devDependencies: {
        "@types/node": devDependencies["@types/node"],
        typescript: devDependencies.typescript,
      },
    };
    writeFileSync(join(company, "package.json"), JSON.stringify(manifest));
    // What the repository was installed from is in npm's cache.
    const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", install, { cwd: company, stdio: "pipe" });
    bin("contract-codegen", ["modules", "--command", "npm run generate", "contracts", "src/generated"]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("have no fault that publint or attw finds", async () => {
    for (const { name, file } of packed) {
      const tarball = readFileSync(file);
      const data = Uint8Array.from(tarball);
      const { messages, pkg } = await publint({ pack: { tarball: data.buffer }, strict: true });
      assert.deepEqual(
        messages.map((message) => formatMessage(message, pkg)),
        [],
        name,
      );
      // It exports nothing.
      if (name === "create-triptych") continue;
      const analysis = await checkPackage(createPackageFromTarballData(data));
      assert.ok(analysis.types !== false, `${name} has no types`);
      // They are ES modules only: `require` reaches them through Node's own support for that.
      const problems = analysis.problems.filter(
        (problem) =>
          problem.kind !== "CJSResolvesToESM" &&
          !("resolutionKind" in problem && problem.resolutionKind === "node10"),
      );
      assert.deepEqual(problems, [], name);
    }
  });

  it("hold no tests and no TypeScript that Node would refuse", () => {
    for (const { name, file } of packed) {
      const files = execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trim().split("\n");
      // The repository that others are made of is data.
      const ours = files.filter((path) => !path.startsWith("package/fixtures/repository/"));
      const wrong = ours.filter((path) => /\.test\.|(?<!\.d)\.m?ts$|fixtures/.test(path));
      assert.deepEqual(wrong, [], name);
      assert.ok(files.includes("package/README.md") && files.includes("package/LICENSE"), name);
    }
    assert.ok(file("upstream-client").endsWith(".tgz"));
  });

  it("have types that a company's own sources compile against", () => {
    bin("tsc", ["--project", "."]);
  });

  it("run a company's BFF over its own service", async (t) => {
    const service = createServer((_, answer) => {
      answer.setHeader("Content-Type", "application/json").end('{"degrees":21}');
    }).listen(0, "127.0.0.1");
    t.after(() => service.close());
    await once(service, "listening");
    const secret = Buffer.alloc(32, 1);
    const child = spawn(process.execPath, ["src/main.ts"], {
      cwd: company,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PORT: "0",
        ADMIN_PORT: "0",
        HOST: "127.0.0.1",
        WEATHER_URL: `http://127.0.0.1:${Object(service.address()).port}`,
        IDENTITY_KEYS: `one:${secret.toString("base64url")}`,
      },
    });
    t.after(() => child.kill());
    let port = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      port = Number(Object(JSON.parse(line)).port ?? 0);
      if (port !== 0) break;
    }
    const identity = createMinter({ kid: "one", secret }).mint({
      userId: "42",
      audience: "tv-bff",
      requestId: crypto.randomUUID(),
    });
    const answer = await request(`http://127.0.0.1:${port}/tv/home`, {
      headers: { "x-identity": identity, accept: "application/json" },
    });
    assert.deepEqual(await answer.body.json(), { weather: { celsius: 21 }, degraded: [] });
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });
});
