import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { developmentCertificate } from "@triptych/cli/haproxy";
import { accepts, freePorts } from "@triptych/testing";
import type { Program } from "@triptych/testing";
import { Agent, request } from "undici";
import { listAt, textAt } from "../repository/documents.ts";
import { overlayOf, withoutKubectl } from "../deploy/testing/manifests.ts";
import { missing, startHaproxy } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";

const HOST = "127.0.0.1";
const skip = missing("haproxy") ?? withoutKubectl;

/** What the cluster would start: the program's arguments, environment and configuration. */
function deployed() {
  const resources = overlayOf("reverse-proxy");
  const of = (kind: string) => resources.find((resource) => resource["kind"] === kind);
  const container = listAt(of("Deployment"), "spec", "template", "spec", "containers")[0];
  const environment = listAt(container, "env").map(
    (entry) => [textAt(entry, "name"), textAt(entry, "value")] as const,
  );
  return {
    command: listAt(container, "command").map(String),
    environment: Object.fromEntries(environment),
    configuration: textAt(of("ConfigMap"), "data", "haproxy.cfg"),
  };
}

describe("the reverse proxy as the manifests start it", { skip }, () => {
  const stack = new AsyncDisposableStack();
  let proxy: Program;
  let gateway: RecordingGateway;
  let agent: Agent;
  let [https, http, admin, stats] = [0, 0, 0, 0];

  before(async () => {
    [https = 0, http = 0, admin = 0, stats = 0] = await freePorts(4);
    gateway = stack.use(await new RecordingGateway().start());
    const { command, environment, configuration } = deployed();
    const [program, ...args] = command;
    assert.equal(program, "haproxy");
    assert.equal(args.at(-2), "-f");
    const started = await startHaproxy(async (dir) => {
      const certificate = await developmentCertificate(dir, [HOST]);
      agent = new Agent({ connect: { ca: await readFile(certificate, "utf8") } });
      const file = join(dir, "haproxy.cfg");
      await writeFile(file, configuration);
      const here = {
        HTTPS_BIND: `${HOST}:${https}`,
        HTTP_BIND: `${HOST}:${http}`,
        ADMIN_BIND: `${HOST}:${admin}`,
        STATS_BIND: `${HOST}:${stats}`,
        CERT_FILE: certificate,
        RUN_DIR: dir,
        GATEWAY_1: `${HOST}:${gateway.port}`,
        GATEWAY_1_ADMIN_PORT: String(gateway.adminPort),
      };
      for (const name of Object.keys(here)) assert.ok(name in environment, `the manifest gives ${name}`);
      return {
        configuration: file,
        flags: args.slice(0, -2),
        env: { ...environment, ...here },
        isReady: () => accepts(admin),
      };
    });
    stack.use(started);
    stack.defer(() => agent.destroy());
    proxy = started.program;
  });
  after(() => stack.disposeAsync());

  const ask = async (url: string) => {
    const answer = await request(url, { dispatcher: agent });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };

  it("is alive and ready even without a gateway, and serves metrics for Prometheus", async () => {
    gateway.ready = false;
    for (const path of ["/healthz", "/readyz"]) {
      assert.equal((await ask(`http://${HOST}:${admin}${path}`)).status, 200, path);
    }
    assert.match((await ask(`http://${HOST}:${admin}/metrics`)).text, /^haproxy_backend_status\{/m);
    assert.equal((await ask(`http://${HOST}:${admin}/`)).status, 404);
    gateway.ready = true;
  });

  it("forwards requests to the gateway, and tells browsers to use only HTTPS", async () => {
    let answer = await ask(`https://${HOST}:${https}/web/home-page`);
    for (let tries = 0; answer.status === 503 && tries < 100; tries += 1) {
      await setTimeout(50);
      answer = await ask(`https://${HOST}:${https}/web/home-page`);
    }
    assert.deepEqual([answer.status, answer.text], [200, "ok"]);
    assert.equal(answer.headers["strict-transport-security"], "max-age=31536000");
    assert.equal(
      (await ask(`https://${HOST}:${https}/metrics`)).status,
      404,
      "its numbers are not the outside's",
    );
  });

  it("finishes a request after the stop signal, and accepts no more", async () => {
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    gateway.answer = (_req, res) => {
      onAsked();
      void released.then(() => res.end("late"));
    };
    const underWay = ask(`https://${HOST}:${https}/web/slow`);
    await asked;
    // The image's STOPSIGNAL, which Kubernetes sends.
    proxy.child.kill("SIGUSR1");
    while (await accepts(admin)) await setTimeout(20);
    release();
    assert.equal((await underWay).text, "late");
    await agent.destroy();
    assert.equal((await proxy.ended).code, 0);
  });
});
