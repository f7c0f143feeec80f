import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { largeIn, bffsIn } from "@triptych/cli/stack";
import { readSettings } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import { parse } from "yaml";
import { fieldsAt, isFields, listAt, textAt } from "../repository/documents.ts";
import { ROOT } from "../repository/tree.ts";
import { expectationOf } from "./testing/deployed-app.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const SERVICES = fieldsAt(parse(read("compose.yaml"), { merge: true }), "services");

/**
 * What a service's program gets from its environment, and which keys its shell reads from files.
 */
function environmentOf(name: string): { given: Record<string, string>; fromFiles: string[] } {
  const entries = Object.entries(fieldsAt(SERVICES, name, "environment") ?? {});
  const given = Object.fromEntries(entries.map(([variable, value]) => [variable, String(value)]));
  const fromFiles = [...commandOf(name).matchAll(/(\w+)=\$\$\(cat /g)].map(([, variable = ""]) => variable);
  return { given, fromFiles };
}

const commandOf = (name: string): string => listAt(SERVICES, name, "command").join(" ");

/** The program that a service's command runs, without the options of Node. */
const programOf = (name: string): string | undefined => /node (\S+\.ts)/.exec(commandOf(name))?.[1];

describe("compose.yaml", () => {
  let keys: string;
  before(() => {
    keys = mkdtempSync(join(tmpdir(), "compose-"));
    // As it stands there, with another folder.
    const [, ...args] = listAt(SERVICES, "keys", "command");
    execFileSync(process.execPath, [...args.slice(0, -1).map(String), keys], { cwd: ROOT });
  });
  after(() => rmSync(keys, { recursive: true, force: true }));

  it("runs what npm start runs, and waits for what is there", () => {
    assert.deepEqual(Object.keys(SERVICES).toSorted(), ["keys", ...largeIn(ROOT)].toSorted());
    for (const [name, service] of Object.entries(SERVICES)) {
      const { depends_on: waits = [], network_mode: network } = fieldsAt(service);
      for (const other of isFields(waits) ? Object.keys(waits) : Object.values(Object(waits)))
        assert.ok(String(other) in SERVICES, `${name} waits for ${String(other)}`);
      if (name !== "keys" && name !== "identity-provider")
        assert.equal(network, "service:identity-provider", name);
    }
  });

  it("builds each app's image, and starts the program that the image starts", () => {
    const apps = globSync("apps/*/deploy/Dockerfile", { cwd: ROOT }).filter(
      (path) => !path.includes("all-in-one"),
    );
    for (const path of apps) {
      const [, name = ""] = path.split("/");
      assert.equal(textAt(SERVICES, name, "build", "dockerfile"), path);
      const [, start = "[]"] = /^CMD (\[.+\])$/m.exec(read(path)) ?? [];
      const words: unknown = JSON.parse(start);
      const command = commandOf(name);
      if (command !== "") assert.ok(command.endsWith(` exec ${listAt(words).join(" ")}`), command);
    }
    const [, node] = /^ARG NODE=(.+)$/m.exec(read(apps[0] ?? "")) ?? [];
    assert.match(textAt(SERVICES, "keys", "build", "dockerfile_inline"), new RegExp(`^FROM ${node}$`, "m"));
    const overlay = read("apps/reverse-proxy/deploy/overlays/production/kustomization.yaml");
    const [, version] = /newTag: "?([\d.]+)/.exec(overlay) ?? [];
    assert.equal(textAt(SERVICES, "reverse-proxy", "image"), `haproxy:${version}`);
  });

  for (const app of ["gateway", "reverse-proxy", ...bffsIn(ROOT).map(({ name }) => name)]) {
    it(`gives ${app} what it reads, and nothing else`, async () => {
      const { settings } = await expectationOf(app);
      const { given, fromFiles } = environmentOf(app);
      for (const variable of [...Object.keys(given), ...fromFiles]) assert.ok(variable in settings, variable);
      const made = fromFiles.map((variable) => [variable, readFileSync(join(keys, app), "utf8").trim()]);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an app's settings, which no type guard can tell
      const spec = settings as Readonly<Record<string, Setting<unknown>>>;
      assert.ok(readSettings({ ...given, ...Object.fromEntries(made) }, spec));
    });
  }

  it("gives the samples what they read", () => {
    const sources = {
      "identity-provider": read("packages/testing/src/identity-provider/main.ts"),
      users: read("test/domain-services/service/settings.ts"),
    };
    for (const [name, source] of Object.entries(sources)) {
      const { given, fromFiles } = environmentOf(name);
      for (const variable of [...Object.keys(given), ...fromFiles])
        assert.ok(source.includes(`"${variable}"`), `${name}: ${variable}`);
    }
  });

  it("names programs and files that are there", () => {
    for (const name of Object.keys(SERVICES)) {
      const program = programOf(name);
      if (program !== undefined) assert.ok(existsSync(join(ROOT, program)), program);
      const { given } = environmentOf(name);
      for (const text of [commandOf(name), ...Object.values(given)]) {
        for (const [, file = ""] of text.matchAll(/\/keys\/([\w.-]+)/g))
          assert.ok(existsSync(join(keys, file)), `${name}: /keys/${file}`);
        for (const [, file = ""] of text.matchAll(/\(cat ([^/\s)][^\s)]*)\)/g))
          assert.ok(existsSync(join(ROOT, file)), `${name}: ${file}`);
      }
    }
  });

  it("gives each program the address at which another listens", () => {
    const client = parse(read("packages/domain-clients/package.json"));
    const ports = new Map<string, unknown>([
      ...Object.entries(fieldsAt(client, "config", "ports")),
      ...bffsIn(ROOT).map(({ name, port }) => [name, port] as const),
    ]);
    for (const name of Object.keys(SERVICES)) {
      for (const [variable, value] of Object.entries(environmentOf(name).given)) {
        if (!variable.endsWith("_URL") || variable === "MEDIA_URL") continue;
        const other = variable.slice(0, -"_URL".length).toLowerCase().replaceAll("_", "-");
        assert.equal(value, `http://127.0.0.1:${String(ports.get(other))}`, `${name}: ${variable}`);
      }
    }
    const { given: provider } = environmentOf("identity-provider");
    const { given: gateway } = environmentOf("gateway");
    const { given: proxy } = environmentOf("reverse-proxy");
    assert.equal(gateway["OIDC_ISSUER"], provider["ISSUER"]);
    assert.equal(gateway["OIDC_AUDIENCE"], provider["AUDIENCE"]);
    assert.equal(`${gateway["PUBLIC_ORIGIN"]}/auth/callback`, provider["REDIRECT_URIS"]);
    assert.equal(proxy["PUBLIC_ORIGIN"], gateway["PUBLIC_ORIGIN"]);
    assert.deepEqual(listAt(SERVICES, "identity-provider", "ports"), [
      "127.0.0.1:8443:8443",
      "127.0.0.1:9100:9100",
    ]);
    assert.equal(proxy["HTTPS_BIND"], ":8443");
  });
});
