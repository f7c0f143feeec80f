import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { it } from "node:test";
import { Program, RedisServer, freePorts, skipWithoutRedis } from "@triptych/testing";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import { until } from "../e2e/testing/patience.ts";

const ROOT = join(import.meta.dirname, "../..");
const MONITORING = join(ROOT, "packages/service-kit/monitoring");
const OF_WEB = join(ROOT, "apps/web-bff/deploy/monitoring");
const ROLES = ["web-bff", "gateway"] as const;
/** Enough that some of their pages fail, and some are degraded. */
const PEOPLE = 40;

/** A query of a panel, with the dashboard's variables in it. */
interface Query {
  readonly panel: string;
  readonly expr: string;
}

function queries(): readonly Query[] {
  const files = [MONITORING, OF_WEB].flatMap((folder) => globSync(join(folder, "dashboards/*.json")));
  return files.flatMap((file) => {
    type Panel = { title: string; targets: { expr: string }[] };
    const { panels }: { panels: Panel[] } = JSON.parse(readFileSync(file, "utf8"));
    return panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ panel: `${basename(file)}: ${title}`, expr })),
    );
  });
}

/** What the variables may be. A query must have data for one of them. */
const UPSTREAMS = ["orders", "recommendations", "catalog"];
function chosen(expr: string): readonly string[] {
  const ofScreen = expr.replaceAll("$service", "web-bff").replaceAll("$screen", "home-page");
  return UPSTREAMS.map((upstream) => ofScreen.replaceAll("$upstream", upstream));
}

function skip(): string | false {
  const { status } = spawnSync("prometheus", ["--version"]);
  return status === 0
    ? skipWithoutRedis()
    : "prometheus is not installed (it is in Debian's package prometheus)";
}

it(
  "every query of the dashboards finds data in a Prometheus that reads a system under load",
  { skip: skip() },
  async () => {
    await using redis = await RedisServer.start();
    await using services = await startRunning({ roles: SERVICES });
    const url = (name: string): string => services.stack.url(name);
    const [port = 0, nobody = 0] = await freePorts(2);
    const addresses = SERVICES.map((name) => [`${name.toUpperCase()}_URL`, url(name)]);
    const env = {
      ...Object.fromEntries(addresses),
      // Each has an instance that is gone, which is then left out.
      ORDERS_URL: `${url("orders")},http://127.0.0.1:${nobody}`,
      CATALOG_URL: `${url("catalog")},http://127.0.0.1:${nobody}`,
    };
    await using system = await startRunning({
      roles: ["identity-provider", ...ROLES],
      roleEnv: { "web-bff": env, gateway: { ...env, REDIS_URL: redis.url } },
    });
    using dir = mkdtempDisposableSync(join(tmpdir(), "prometheus-"));
    const targets = ROLES.map((role) => new URL(system.stack.adminUrl(role)).host);
    const config = {
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [MONITORING, OF_WEB].map((folder) => join(folder, "rules.yaml")),
      scrape_configs: [{ job_name: "triptych", static_configs: [{ targets }] }],
    };
    // JSON is YAML.
    writeFileSync(join(dir.path, "prometheus.yml"), JSON.stringify(config));
    await using prometheus = new Program(
      "prometheus",
      [
        `--config.file=${join(dir.path, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(dir.path, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { env: { PATH: process.env["PATH"] } },
    );
    void prometheus;
    await services.services.recommendations.misbehave({ fail: { status: 503, ratio: 0.8 } });
    await services.services.orders.misbehave({ delay: { ms: 50 } });
    // Some pages fail: their profile is required.
    await services.services.users.misbehave({ fail: { status: 500, ratio: 0.2 } });

    const ask = async (): Promise<void> => {
      const people = Array.from({ length: PEOPLE }, (_, index) => String(index + 1));
      await Promise.all(people.map((user) => system.once("web-bff", "/web/home-page", user)));
    };
    const dataOf = async (query: string): Promise<number> => {
      const { status, text } = await system.ask(
        `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
      );
      assert.equal(status, 200, `${query}: ${text}`);
      return JSON.parse(text).data.result.length;
    };
    await until("Prometheus", async () => {
      await ask();
      return (await dataOf("up").catch(() => 0)) === targets.length ? true : undefined;
    });
    const empty = new Set(queries());
    assert.ok(empty.size > 20);
    await until(`data for ${JSON.stringify([...empty])}`, async () => {
      await ask();
      for (const query of empty) {
        const found = await Promise.all(chosen(query.expr).map(dataOf));
        if (found.some((series) => series > 0)) empty.delete(query);
      }
      return empty.size === 0 ? true : undefined;
    }).catch(() => undefined);
    assert.deepEqual([...empty], []);
  },
);
