import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createMetrics } from "@triptych/service-kit";
import { parse } from "yaml";
import { textAt } from "../repository/documents.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "packages/service-kit/monitoring");
const RULES = join(FOLDER, "rules.yaml");
/** What each app records for these rules: its own objective. */
const OF_APPS = globSync("apps/*/deploy/monitoring/rules.yaml", { cwd: ROOT });
const WEB = 'service="web-bff"';
const HOME = `${WEB},screen="home-page"`;
const SEARCH = `${WEB},screen="search"`;

/** Minutes of recorded series: long enough for the rule that looks back for six hours. */
const MINUTES = 480;

/** Series of a healthy system, one sample a minute, in promtool's notation. */
const HEALTHY: Readonly<Record<string, string>> = {
  [`screen_requests_total{${HOME},outcome="complete"}`]: `0+6000x${MINUTES}`,
  [`screen_requests_total{${HOME},outcome="degraded"}`]: `0+6x${MINUTES}`,
  [`screen_requests_total{${HOME},outcome="failed"}`]: `0+0x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${HOME},le="0.8"}`]: `0+5990x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${HOME},le="1.2"}`]: `0+6000x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${HOME},le="+Inf"}`]: `0+6000x${MINUTES}`,
  [`http_request_duration_seconds_count{${HOME}}`]: `0+6000x${MINUTES}`,
  // Slower than most screens may be, within its own deadline.
  [`http_request_duration_seconds_bucket{${SEARCH},le="1.2"}`]: `0+0x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${SEARCH},le="2.5"}`]: `0+6000x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${SEARCH},le="5"}`]: `0+6000x${MINUTES}`,
  [`http_request_duration_seconds_bucket{${SEARCH},le="+Inf"}`]: `0+6000x${MINUTES}`,
  [`http_request_duration_seconds_count{${SEARCH}}`]: `0+6000x${MINUTES}`,
  [`screen_deadline_seconds{${SEARCH},instance="a:9101"}`]: `2.5+0x${MINUTES}`,
  [`screen_over_call_budget_total{${HOME}}`]: `0+0x${MINUTES}`,
  [`upstream_breaker_state{${WEB},upstream="orders"}`]: `0+0x${MINUTES}`,
  [`upstream_retry_budget_exhausted_total{${WEB},upstream="orders"}`]: `0+0x${MINUTES}`,
  'up{job="web-bff",instance="a:9101"}': `1+0x${MINUTES}`,
  [`build_info{${WEB},version="1.0.0",instance="a:9101"}`]: `1+0x${MINUTES}`,
  [`nodejs_eventloop_lag_p99_seconds{${WEB},instance="a:9101"}`]: `0.01+0x${MINUTES}`,
  [`process_resident_memory_bytes{${WEB},instance="a:9101"}`]: `120000000+0x${MINUTES}`,
  'redis_up{service="gateway",purpose="revocations"}': `1+0x${MINUTES}`,
  [`log_lines_dropped_total{${WEB}}`]: `0+0x${MINUTES}`,
  'probe_ssl_earliest_cert_expiry{instance="https://shop.example"}': `5184000+0x${MINUTES}`,
};

/** For each alert, the series of its fault, in place of the healthy ones. */
const FAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ScreenFails: { [`screen_requests_total{${HOME},outcome="failed"}`]: `0+0x420 600+600x${MINUTES - 421}` },
  ScreenFailsSlowly: { [`screen_requests_total{${HOME},outcome="failed"}`]: `0+30x${MINUTES}` },
  ScreenDegraded: { [`screen_requests_total{${HOME},outcome="degraded"}`]: `0+1500x${MINUTES}` },
  ScreenSlow: {
    [`http_request_duration_seconds_bucket{${HOME},le="0.8"}`]: `0+5500x${MINUTES}`,
  },
  ScreenOverCallBudget: { [`screen_over_call_budget_total{${HOME}}`]: `0+6x${MINUTES}` },
  BreakerOpen: { [`upstream_breaker_state{${WEB},upstream="orders"}`]: `2+0x${MINUTES}` },
  RetryBudgetExhausted: {
    [`upstream_retry_budget_exhausted_total{${WEB},upstream="orders"}`]: `0+60x${MINUTES}`,
  },
  ProgramDown: { 'up{job="web-bff",instance="a:9101"}': `0+0x${MINUTES}` },
  ProgramUnseen: { [`build_info{${WEB},version="1.0.0",instance="a:9101"}`]: "1+0x400 stale" },
  EventLoopLate: { [`nodejs_eventloop_lag_p99_seconds{${WEB},instance="a:9101"}`]: `0.4+0x${MINUTES}` },
  MemoryHigh: { [`process_resident_memory_bytes{${WEB},instance="a:9101"}`]: `390000000+0x${MINUTES}` },
  RedisGone: { 'redis_up{service="gateway",purpose="revocations"}': `0+0x${MINUTES}` },
  LogLinesDropped: { [`log_lines_dropped_total{${WEB}}`]: `0+600x${MINUTES}` },
  CertificateExpires: {
    'probe_ssl_earliest_cert_expiry{instance="https://shop.example"}': `600000+0x${MINUTES}`,
  },
};

/** A team whose screens may fail more often: what fires elsewhere does not here. */
const LENIENT = {
  ...FAULTS["ScreenFails"],
  [`service:failed:objective{${WEB}}`]: `0.2+0x${MINUTES}`,
};

function skipWithoutPromtool(): string | false {
  const { status } = spawnSync("promtool", ["--version"]);
  return status === 0 ? false : "promtool is not installed (it is in Debian's package prometheus)";
}

/** The rules of the file, each with its `alert` or `record`. */
const { groups }: { groups: { rules: Record<string, unknown>[] }[] } = parse(readFileSync(RULES, "utf8"));
const RULE_LIST = groups.flatMap(({ rules }) => rules);
const ALERTS = RULE_LIST.flatMap(({ alert }) => (typeof alert === "string" ? [alert] : []));

describe("alerts", { skip: skipWithoutPromtool() }, () => {
  let folder = "";
  let complaints: ReadonlyMap<string, string>;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "monitoring-"));
    complaints = complaintsOf(["Healthy", "Lenient", ...ALERTS]);
  });
  after(() => rmSync(folder, { recursive: true }));

  /**
   * What promtool says against each case. All are systems of one Prometheus, which differ in the
   * names of their programs and addresses: most of a run is evaluating the rules, however many
   * series.
   */
  function complaintsOf(cases: readonly string[]): ReadonlyMap<string, string> {
    const ofCase = (name: string, text: string): string =>
      text.replace(/web-bff|gateway/, name).replace(/a:9101|https:\/\/shop\.example/, `${name}.example`);
    const series = cases.flatMap((name) =>
      Object.entries({ ...HEALTHY, ...(name === "Lenient" ? LENIENT : FAULTS[name]) }).map(
        ([text, values]) => ({
          series: ofCase(name, text),
          values,
        }),
      ),
    );
    // ALERTS is Prometheus' own series of what fires: one line for each alert. Its labels are the
    // rule's.
    const firing = (name: string): string =>
      [`service="${name}"`, `job="${name}"`, `instance="${name}.example"`]
        .map((label) => `ALERTS{alertstate="firing",${label}}`)
        .join(" or ");
    const test = {
      rule_files: [RULES, ...OF_APPS.map((file) => join(ROOT, file))],
      // As long as the longest pause in which a fault of minutes is seen: each evaluation costs.
      evaluation_interval: "5m",
      tests: [
        {
          interval: "1m",
          input_series: series,
          promql_expr_test: cases.map((name) => ({
            expr: `count by (alertname) (${firing(name)})`,
            eval_time: `${MINUTES - 30}m`,
            exp_samples: name in FAULTS ? [{ labels: `{alertname="${name}"}`, value: 1 }] : [],
          })),
        },
      ],
    };
    const file = join(folder, "test.json");
    writeFileSync(file, JSON.stringify(test));
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    const said = status === 0 ? [] : `${stdout}${stderr}`.split(/(?=\bexpr: )/);
    const about = (name: string): string => said.filter((text) => text.includes(`="${name}"`)).join("");
    const found = new Map(cases.map((name) => [name, about(name)]));
    assert.equal(
      status === 0,
      [...found.values()].every((text) => text === ""),
      said.join(""),
    );
    return found;
  }

  it("the rules are valid", () => {
    execFileSync("promtool", ["check", "rules", RULES, ...OF_APPS], { cwd: ROOT });
  });

  it("a healthy system fires none", () => {
    assert.equal(complaints.get("Healthy"), "");
  });

  it("an app's own objective decides what fires", () => {
    assert.equal(complaints.get("Lenient"), "");
  });

  for (const alert of ALERTS) {
    it(`${alert} fires for its fault, and no other alert does`, () => {
      const fault = FAULTS[alert];
      assert.ok(fault, `FAULTS needs the series of the fault that ${alert} is for`);
      assert.ok(
        Object.keys(fault).every((name) => name in HEALTHY),
        "a fault replaces healthy series",
      );
      assert.equal(complaints.get(alert), "");
    });
  }

  it("promtool finds nothing wrong with our metrics", async () => {
    const metrics = createMetrics({
      name: "web-bff",
      build: { version: "1", commit: "a" },
      processMetrics: false,
    });
    metrics.observeRequest("home-page", "GET", 200, 5);
    metrics.setDeadline("home-page", 800);
    const input = await metrics.registry.metrics();
    const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
    assert.equal(`${stdout}${stderr}`, "");
  });

  it("each query of each dashboard is valid", () => {
    const queries = dashboards().flatMap(({ queries }) => queries);
    assert.ok(queries.length > 10);
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    const file = join(folder, "queries.json");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules }] }));
    execFileSync("promtool", ["check", "rules", file]);
  });
});

const DASHBOARDS = [
  ...globSync(join(FOLDER, "dashboards/*.json")),
  ...globSync(join(ROOT, "apps/*/deploy/monitoring/dashboards/*.json")),
];

/** The dashboards with their queries, whose variables have a value. */
function dashboards(): { file: string; queries: string[] }[] {
  return DASHBOARDS.map((file) => {
    const { panels }: { panels: { targets?: { expr: string }[] }[] } = JSON.parse(readFileSync(file, "utf8"));
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    return { file, queries: queries.map((expr) => expr.replaceAll(/\$(?:service|screen|upstream)/g, "x")) };
  });
}

describe("what is monitored", () => {
  it("each BFF has an objective of its own, and a dashboard of its own screens", () => {
    const bffs = globSync("apps/*-bff", { cwd: ROOT }).map((folder) => folder.replace(/^apps\W/, ""));
    assert.ok(bffs.length > 0);
    for (const app of bffs) {
      const folder = join(ROOT, "apps", app, "deploy/monitoring");
      const [group] = parse(readFileSync(join(folder, "rules.yaml"), "utf8")).groups;
      assert.partialDeepStrictEqual(group.rules[0], {
        record: "service:failed:objective",
        labels: { service: app },
      });
      const text = readFileSync(join(folder, "dashboards/screens.json"), "utf8");
      const services = new Set([...text.matchAll(/service=\\"([^"\\]*)/g)].map(([, service]) => service));
      assert.deepEqual(services, new Set([app]));
    }
  });

  it("every metric of a rule or a dashboard is one that a program shows", async () => {
    const registry = createMetrics({ name: "x", build: { version: "1", commit: "a" } }).registry;
    const known = new Set(registry.getMetricsAsArray().map(({ name }) => name));
    const elsewhere = new Set(["up", "probe_ssl_earliest_cert_expiry"]);
    const expressions = [
      ...RULE_LIST.map((rule) => textAt(rule, "expr")),
      ...dashboards().flatMap(({ queries }) => queries),
    ];
    const ours = /\b(?:screen|http|upstream|nodejs|process|redis|log|build)_[a-z0-9_]+(?=[{[)\s])/g;
    const used = new Set(expressions.flatMap((expr) => expr.match(ours) ?? []));
    assert.ok(used.size > 8);
    for (const name of used) {
      const base = name.replace(/_(?:bucket|count|sum)$/, "");
      assert.ok(known.has(name) || known.has(base) || elsewhere.has(name), `no program shows ${name}`);
    }
  });

  it("each alert has a page that says what it means, what to look at and what to do", () => {
    for (const alert of ALERTS) {
      const file = join(ROOT, "docs/runbooks", `${alert}.md`);
      assert.ok(existsSync(file), `${file} is missing`);
      const text = readFileSync(file, "utf8");
      for (const heading of [`# ${alert}`, "## What it means", "## What to look at", "## What to do"])
        assert.ok(text.includes(`${heading}\n`), `${alert} lacks "${heading}"`);
    }
    const pages = globSync("*.md", { cwd: join(ROOT, "docs/runbooks") }).map((name) =>
      name.replace(".md", ""),
    );
    assert.deepEqual(pages.filter((name) => name !== "README").toSorted(), ALERTS.toSorted());
  });
});
