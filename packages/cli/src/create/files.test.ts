import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readName } from "../make/names.ts";
import type { NewBff } from "../make/names.ts";
import { ROOT } from "../repository.ts";
import { repositoryFiles } from "./files.ts";
import type { Plan } from "./files.ts";

const bff = (client: string, port: number): NewBff => ({
  name: readName(client, "a client's name"),
  app: `${client}-bff`,
  team: `${client}-team`,
  port,
  root: "/new/zenith",
});
const PLAN: Plan = {
  name: "zenith",
  root: "/new/zenith",
  bffs: [bff("tv", 8101), bff("phone", 8102)],
  services: [
    { name: "stock", port: 9001 },
    { name: "gift-cards", port: 9002 },
  ],
  hasGateway: true,
  source: { kind: "npm" },
};
const at = (files: ReadonlyMap<string, string>, path: string): string =>
  files.get(path) ?? assert.fail(`${path} is missing`);

describe("a new repository", () => {
  const files = repositoryFiles(PLAN);

  it("has its own name, and none of the fixture's or the sample shop's", () => {
    const wrong =
      /acme|tablet|service-name|serviceName|SERVICE_NAME|each:|8199|@triptych\/(?:web|mobile|tablet|domain)|\b(?:users|orders|recommendations|catalog(?!-info)|shop)\b/i;
    for (const [path, text] of files) assert.doesNotMatch(`${path}\n${text}`, wrong, path);
    assert.equal(JSON.parse(at(files, "package.json")).name, "zenith");
    assert.match(at(files, ".npmrc"), /ignore-scripts=true/);
  });

  it("names each service where each BFF needs it", () => {
    for (const app of ["tv-bff", "phone-bff"]) {
      const upstreams = at(files, `apps/${app}/src/upstreams.ts`);
      assert.match(upstreams, /import \{ giftCardsService \} from "@zenith\/domain-clients\/gift-cards";/);
      assert.match(upstreams, /"stock": \{ service: stockService \}/);
      assert.match(at(files, `apps/${app}/deploy/base/deployment.yaml`), /GIFT_CARDS_URL.*gift-cards:9002/);
      assert.match(at(files, `apps/${app}/deploy/base/network-policy.yaml`), /port: 9002/);
    }
    assert.match(at(files, ".env.example"), /STOCK_URL[^]*GIFT_CARDS_URL/);
  });

  it("asks for the packages by a range that npm update follows", () => {
    const { dependencies } = JSON.parse(at(files, "apps/tv-bff/package.json"));
    assert.match(dependencies["@triptych/bff"], /^\^\d/);
    assert.equal(dependencies["@zenith/domain-clients"], "0.0.0");
  });

  it("has the tools that this repository has", () => {
    const ours = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const { devDependencies, optionalDependencies } = JSON.parse(at(files, "package.json"));
    for (const tool of ["oxfmt", "oxlint", "oxlint-tsgolint", "turbo", "typescript", "@types/node"]) {
      assert.equal(devDependencies[tool], ours.devDependencies[tool], tool);
    }
    assert.deepEqual(optionalDependencies, ours.optionalDependencies);
  });

  it("has no trace of a gateway where the company keeps its own", () => {
    const without = repositoryFiles({ ...PLAN, hasGateway: false });
    assert.deepEqual(
      [...without.keys()].filter((path) => path.includes("gateway")),
      [],
    );
    assert.doesNotMatch(at(without, "catalog-info.yaml"), /apps\/gateway/);
  });

  it("takes the packages from tarballs, or from another registry", () => {
    const tarballs = ["/d/triptych-contract-guard-1.2.3.tgz"];
    const vendored = repositoryFiles({ ...PLAN, source: { kind: "vendor", tarballs } });
    const { devDependencies } = JSON.parse(at(vendored, "package.json"));
    assert.equal(
      devDependencies["@triptych/contract-guard"],
      "file:vendor/triptych-contract-guard-1.2.3.tgz",
    );
    const url = "http://packages.example";
    const other = repositoryFiles({ ...PLAN, source: { kind: "registry", url } });
    assert.match(at(other, ".npmrc"), /^@triptych:registry=http:\/\/packages\.example$/m);
  });
});
