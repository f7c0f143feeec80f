/**
 * The generators, and the tutorial, which uses them: in one copy of the repository, so that what
 * all of them made is checked and started once.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { bffsIn, smallIn } from "@triptych/cli/stack";
import type { RoleName } from "@triptych/cli/stack";
import { SERVICES } from "../e2e/testing/running-stack.ts";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { startFront } from "../layers/testing/compositions.ts";
import type { Front } from "../layers/testing/compositions.ts";
import { ROOT } from "../repository/tree.ts";
import { SERVICES_OF_OTHERS, USES_THEM, writeDocuments } from "./testing/documents.ts";
import { ScratchRepository } from "./testing/scratch-repository.ts";
import { ofToday, stepsOf } from "./testing/tutorial-steps.ts";

const STEPS = stepsOf(
  ofToday(
    readFileSync(join(ROOT, "docs/tutorial.md"), "utf8"),
    readFileSync(join(ROOT, "apps/mobile-bff/src/app.ts"), "utf8"),
  ),
);

let repository: ScratchRepository;
const documents = mkdtempSync(join(tmpdir(), "documents-"));
before(async () => {
  repository = new ScratchRepository();
  writeDocuments(documents);
  await repository.must("git", ["init", "--quiet"]);
  await repository.must("git", ["add", "--all"]);
  const author = ["-c", "user.name=reader", "-c", "user.email=reader@triptych.example"];
  await repository.must("git", [...author, "commit", "--quiet", "--message=A clone"]);
});
after(async () => {
  rmSync(documents, { recursive: true, force: true });
  await repository[Symbol.asyncDispose]();
});

type RunOptions = Parameters<ScratchRepository["run"]>[2];

/** Runs `npm run <command>` in the copy. */
async function triptych(args: readonly string[], options: RunOptions = {}) {
  const env = { INIT_CWD: documents, ...options.env };
  return repository.run("node", ["packages/cli/src/main.ts", ...args], { ...options, env });
}

/** Runs a generator that must succeed. @returns the files that it made */
async function make(...args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await triptych(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Next:\n {2}1\. /);
  return Array.from(stdout.matchAll(/^ {2}made +(\S+)$/gm), ([, path = ""]) => path);
}

describe("a generator that stops says why, and leaves nothing behind:", () => {
  /** Environments in which the program that writes contracts fails to load, and never ends. */
  const onContract = (code: string) => ({
    NODE_OPTIONS: `--import=data:text/javascript,if(process.argv[1]?.endsWith('contract/main.ts'))${code}`,
  });
  const failing = onContract("throw(1)");
  const hanging = onContract("await(new(Promise)(()=>setInterval(()=>{},9)))");
  const cases: readonly (readonly [
    why: string,
    args: readonly string[],
    code: number,
    says: RegExp,
    options?: RunOptions,
  ])[] = [
    ["a screen that is there", ["new:screen", "mobile", "home"], 1, /^new:screen: .*home.* already.*\n$/],
    [
      "a screen whose contract cannot be written",
      ["new:screen", "mobile", "a"],
      1,
      /"node --run contract .*" in apps\/mobile-bff failed/,
      { env: failing },
    ],
    [
      "a BFF whose contract cannot be written",
      ["new:bff", "settings", "--team", "kiosk-team"],
      1,
      /"node --run contract .*" in apps\/settings-bff failed/,
      { env: failing },
    ],
    [
      "Ctrl-C in the middle",
      ["new:screen", "mobile", "stopped"],
      130,
      /^new:screen: stopped: nothing was made\n$/,
      { env: hanging, onStart: (kill) => void untilBegun().then(() => kill("SIGINT")) },
    ],
    [
      "a document with broken references",
      ["new:upstream", "inventory", "--openapi", "broken.json"],
      1,
      /inventory\.openapi\.json: .*Item/s,
    ],
  ];
  for (const [why, args, code, says, options] of cases) {
    it(why, async () => {
      const original = repository.snapshot();
      const ended = await triptych(args, options);
      assert.deepEqual([ended.code, ended.stdout], [code, ""]);
      assert.match(ended.stderr, says);
      assert.deepEqual(repository.snapshot(), original);
      assert.ok(!repository.has("node_modules/@triptych/settings-bff"));
    });
  }

  /** The command handles signals before it writes. */
  async function untilBegun(): Promise<void> {
    while (!repository.has("apps/mobile-bff/src/screens/stopped.ts")) await sleep(20);
  }
});

describe("the tutorial", () => {
  for (const step of STEPS) {
    if (step.kind === "run") {
      it(`runs ${step.command}`, async () => {
        const { stdout } = await repository.must("sh", ["-c", step.command]);
        if (step.prints !== undefined) assert.equal(stdout, step.prints);
        // A pattern that finds no test would pass as well.
        if (step.command.startsWith("npm test")) assert.match(stdout, /^[1-9]\d* passed, 0 failed/m);
      });
    }
    if (step.kind === "edit") {
      it(`finds the place of its edit in ${step.file}`, () => {
        const text = repository.read(step.file);
        const quoted = `docs/tutorial.md quotes it, so change both: it should have this once:\n${step.before}`;
        assert.equal(text.split(step.before).length, 2, quoted);
        const edited = text.replace(step.before, () => step.after);
        writeFileSync(join(repository.root, step.file), edited);
      });
    }
  }
});

describe("the generators make", () => {
  const SCREEN = "gift-with-a-rather-long-name";

  it("a screen: a file, a test and a place in the list; a page's view; a GraphQL document", async () => {
    for (const [app, files, file, mention] of [
      [
        "mobile",
        ["src/screens/@.test.ts", "src/screens/@.ts"],
        "contracts/openapi.json",
        `/mobile/${SCREEN}`,
      ],
      [
        "web",
        ["src/screens/@.test.ts", "src/screens/@.ts", "src/views/@.ts"],
        "client/generated/contract.d.ts",
        `/web/${SCREEN}`,
      ],
      [
        "partner",
        ["contracts/operations/<sha256>.graphql", "src/schema/@.test.ts", "src/schema/@.ts"],
        "client/generated/operations.d.ts",
        "GiftWithARatherLongNameQuery",
      ],
    ] as const) {
      const made = await make("new:screen", app, SCREEN);
      assert.deepEqual(
        made.map((path) => path.replace(/[0-9a-f]{64}/, "<sha256>")),
        files.map((path) => `apps/${app}-bff/${path.replace("@", SCREEN)}`),
      );
      assert.ok(repository.read(`apps/${app}-bff/${file}`).includes(mention), `${app}-bff/${file}`);
    }
  });

  it("a screen at a path with parameters, and with a query", async () => {
    const options = ["--path", "/orders/:orderId/gifts", "--query", "author", "--query", "cursor"];
    for (const app of ["mobile", "web"]) {
      const { code, stdout, stderr } = await triptych(["new:screen", app, "gift-notes", ...options]);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /\n {2}2\. npm run examples, then npm run contracts -w @triptych\/.*\n {2}3\. npm run format/,
      );
      const shown = `| \`GET /${app}/orders/:orderId/gifts?author=…&cursor=…\` | Gift notes`;
      assert.ok(repository.read(`apps/${app}-bff/README.md`).includes(shown));
      const view = `apps/${app}-bff/src/views/gift-notes.ts`;
      if (repository.has(view)) assert.match(repository.read(view), /about: "Gift notes\."/);
      const contract: unknown = JSON.parse(repository.read(`apps/${app}-bff/contracts/openapi.json`));
      const place = Object(Object(contract).paths)[`/${app}/orders/{orderId}/gifts`];
      const names = Array.from(Object(place).get.parameters, (parameter) => Object(parameter).name);
      assert.deepEqual(
        names.filter((name) => ["orderId", "author", "cursor"].includes(name)),
        ["orderId", "author", "cursor"],
      );
    }
  });

  // The code around it uses this name for something else.
  it("a BFF of a name that its surroundings use", async () => {
    await make("new:bff", "settings", "--team", "kiosk-team");
  });

  it("a client of a service, with a call that goes where the document's server says", async () => {
    for (const { name, ending } of SERVICES_OF_OTHERS) {
      const team = ending === "yaml" ? ["--team", "warehouse-team"] : [];
      const args = ["new:upstream", name, "--openapi", `${name}.${ending}`, ...team];
      const { code, stdout, stderr } = await triptych(args);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /Left out:\n {2}HEAD \/items\/\{itemId\}: clients do not call HEAD\n.*called: 2\. Next:\n {2}1\. /,
      );
    }
    assert.match(
      repository.read("packages/domain-clients/src/inventory.test.ts"),
      /inventory\.getItem\(\{ path: \{ itemId: "a1" \} \}\)[^]*"\/api\/v3\/items\/a1"/,
    );
  });

  it("a BFF and a screen from the fixture, where the shop's apps are deleted", async () => {
    const apps = bffsIn(repository.root).map(({ name }) => name);
    const away = mkdtempSync(join(tmpdir(), "shop-"));
    const before = repository.snapshot();
    try {
      for (const app of apps) renameSync(join(repository.root, "apps", app), join(away, app));
      await make("new:bff", "watch", "--team", "watch-team");
      await make("new:screen", "watch", "steps");
      // Its first screen is over the first service with a generated client.
      assert.match(repository.read("apps/watch-bff/src/screens/home.ts"), /clients\.inventory\.getItem/);
      await repository.must("node", ["../../packages/cli/src/test-workspace.ts"], "apps/watch-bff");
      await repository.must("node", ["packages/cli/src/main.ts", "contracts", "watch-bff"]);
    } finally {
      for (const app of apps) renameSync(join(away, app), join(repository.root, "apps", app));
      rmSync(away, { recursive: true });
      // The fixture is for a repository over the published packages: here it would fail our checks.
      repository.restore(before);
      rmSync(join(repository.root, "apps/watch-bff"), { recursive: true });
    }
  });
});

// Each check is its own test, so that each has the time limit of one on a busy machine.
describe("what the generators and the tutorial make passes", () => {
  const sources = (): string[] => [
    ...bffsIn(repository.root).flatMap(({ name }) => [`apps/${name}/src`, `apps/${name}/client`]),
    "apps/gateway/src/routes.ts",
    "apps/all-in-one/src",
    "packages/domain-clients/src",
  ];

  it("types, of a contract's values too, as a BFF sees them", async () => {
    const project = { extends: "./tsconfig.base.json", include: sources() };
    const uses = join(repository.root, "apps/mobile-bff/src/uses.ts");
    const made = join(repository.root, "made.json");
    writeFileSync(uses, USES_THEM);
    writeFileSync(made, JSON.stringify(project));
    try {
      await repository.must("tsc", ["--noEmit", "--singleThreaded", "--project", "made.json"]);
    } finally {
      rmSync(uses);
      rmSync(made);
    }
  });

  it("lint", async () => {
    await repository.must("oxlint", ["--type-aware", "--deny-warnings", ...sources()]);
  });

  it("format, and nothing in it is unused", async () => {
    await repository.must("oxfmt", ["--check", "apps", "packages", ".github", "catalog-info.yaml"]);
    await repository.must("knip", []);
  });

  it("its own tests, those of the contracts, and the checks of the repository", async () => {
    const tests = [
      "apps/{web,mobile}-bff/src/contract/{contract-text,client-types}.test.ts",
      "apps/{web,mobile}-bff/src/screens/gift-*.test.ts",
      "apps/partner-bff/src/testing/{resolver-types,client-operations}/*.test.ts",
      "apps/partner-bff/src/schema/gift-*.test.ts",
      "packages/domain-clients/src/{inventory,stock-levels,generated}.test.ts",
      "test/{owners/owners,pipelines/workflows,architecture}.test.ts",
      "test/deploy/{manifests,network,pod,references,settings}.test.ts",
    ];
    await repository.must("node", ["--test", "--test-isolation=none", ...tests]);
  });

  it("the contract guard, and the pruning of the repository for an image", async () => {
    await repository.must("node", ["packages/cli/src/main.ts", "contracts", "settings-bff"]);
    await repository.must("turbo", ["prune", "@triptych/settings-bff", "--production"]);
    assert.ok(repository.has("out/apps/settings-bff/src/main.ts"));
  });
});

describe("programs that were made", () => {
  async function asksSettings(front: Front): Promise<void> {
    assert.equal((await front.ask("/settings/home")).status, 401);
    const headers = await front.bearer("42");
    const { status, text } = await unlessHeldUp(() => front.ask("/settings/home", { headers }));
    assert.equal(status, 200, text);
    assert.partialDeepStrictEqual(JSON.parse(text), { profile: { name: "Jan" } });
    assert.deepEqual(JSON.parse(text).degraded, []);
    const strange = await front.ask("/settings/home?strange=1", { headers });
    assert.equal(strange.status, 400, "the gateway checks requests against its contract");
  }

  it("answer through the proxy and the gateway what the tutorial says", async () => {
    const roles: RoleName[] = ["mobile-bff", "kiosk-bff", "settings-bff"];
    await using front = await startFront({
      name: "the proxy and the gateway",
      root: repository.root,
      roles: [...SERVICES, ...roles, "identity-provider", "gateway", "reverse-proxy"],
      gateway: "gateway",
    });
    await asksSettings(front);
    const asked = STEPS.filter((step) => step.kind === "ask");
    assert.ok(asked.length > 0);
    for (const { path, user, version, answers, isWhole } of asked) {
      const headers = {
        ...(await front.bearer(user)),
        ...(version === undefined ? {} : { "x-app-version": version }),
      };
      const { status, text } = await unlessHeldUp(() => front.ask(path, { headers }));
      assert.equal(status, 200, `${path}: ${text}`);
      // The tutorial's proxy is on its usual port.
      if (isWhole)
        assert.equal(
          `${text.replaceAll(String(front.stack.publicOrigin), "https://127.0.0.1:8443")}\n`,
          answers,
        );
      else assert.partialDeepStrictEqual(JSON.parse(text), JSON.parse(answers), path);
      assert.deepEqual(JSON.parse(text).degraded, [], path);
    }
  });

  it("answer in the small composition", async () => {
    const small = {
      name: "the small composition",
      roles: smallIn(repository.root),
      gateway: "small",
      root: repository.root,
    } as const;
    await using front = await startFront(small);
    await asksSettings(front);
  });
});
