import { DEFAULT_MEDIA_URL } from "../domain-services/service/pictures.ts";
import { launchChromium } from "../e2e/testing/browser.ts";
import { compare } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { CONNECTIONS, repeat } from "./repetition.ts";
import type { Connection, LoadTools, Repetition } from "./repetition.ts";
import { ShapingProxy } from "./shaping/shaping-proxy.ts";
import type { Shape } from "./shaping/shaping-proxy.ts";
import type { Site } from "./site.ts";

/** A network between a browser and the site. */
type Profile = Shape & {
  readonly name: string;
  /** How often each load is measured. Loads that take seconds differ little from each other. */
  readonly repeats: number;
  readonly quickRepeats: number;
};

/** WebPageTest's connectivity profiles (`connectivity.ini`): Cable, 4G and 3G Slow. */
const PROFILES: readonly Profile[] = [
  { name: "broadband", roundTripMs: 28, downKbps: 5_000, upKbps: 1_000, repeats: 30, quickRepeats: 5 },
  { name: "4G", roundTripMs: 170, downKbps: 9_000, upKbps: 9_000, repeats: 16, quickRepeats: 3 },
  { name: "slow 3G", roundTripMs: 400, downKbps: 400, upKbps: 400, repeats: 9, quickRepeats: 1 },
];
const PROTOCOLS = ["HTTP/1.1", "HTTP/2"] as const;

/** One network, one protocol, a new or a warm connection, and what was measured on it. */
export type Cell = Comparison & {
  readonly network: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly connection: Connection;
  readonly repetitions: number;
  /** Answers of the BFF's in which a part was missing, since its deadline had passed. */
  readonly degraded: number;
};

/** All that a run measured. */
export type LatencyRun = { readonly browserVersion: string; readonly cells: readonly Cell[] };

/** A page's pictures are not measured, and a stack that runs on this machine is left alone. */
const FLAGS = [`--host-resolver-rules=MAP ${new URL(DEFAULT_MEDIA_URL).host} ~NOTFOUND`];
const UNSHAPED = { roundTripMs: 0, downKbps: 1e6, upKbps: 1e6 };
/** Loads before anything counts: the programs have just been started. */
const WARM_UPS = 5;
/** How many loads may fail, as when a busy machine lets a deadline pass, before the run does. */
const MAX_FAILURES = 10;

/** What a run is made with. */
type RunOptions = {
  readonly site: Site;
  readonly chromium: string;
  readonly quick: boolean;
  /**
   * After this many ms no further repetition on a network begins: a busy machine gets wider
   * intervals, not a longer run.
   */
  readonly budgetMs: number;
  readonly print: (line: string) => void;
};

/** Measures everything, network by network. */
export async function runAll(options: RunOptions): Promise<LatencyRun> {
  const { site, chromium, quick, print } = options;
  const cells: Cell[] = [];
  let browserVersion = "";
  for (const protocol of PROTOCOLS) {
    await using cleanup = new AsyncDisposableStack();
    const flags = protocol === "HTTP/2" ? FLAGS : [...FLAGS, "--disable-http2"];
    const browser = await launchChromium(chromium, flags);
    cleanup.defer(() => browser.close());
    browserVersion = browser.version();
    const repetitionsOn = async (shape: Shape, count: number) => {
      await using proxy = await ShapingProxy.open(site.port, shape);
      return await repetitions({ browser, site, proxy }, count, options);
    };
    await repetitionsOn(UNSHAPED, WARM_UPS);
    for (const profile of PROFILES) {
      const count = quick ? profile.quickRepeats : profile.repeats;
      print(`measuring: ${profile.name}, ${protocol}, ${count} repetitions …`);
      const measured = await repetitionsOn(profile, count);
      for (const connection of CONNECTIONS) {
        cells.push({
          network: profile.name,
          protocol,
          connection,
          repetitions: measured.length,
          degraded: measured.filter(({ bff }) => bff[connection].degraded).length,
          ...compare(measured, connection),
        });
      }
    }
  }
  return { browserVersion, cells };
}

/** At least one repetition. One that fails is made again. */
async function repetitions(
  tools: LoadTools,
  count: number,
  { budgetMs, print }: RunOptions,
): Promise<readonly Repetition[]> {
  const end = performance.now() + budgetMs;
  const measured: Repetition[] = [];
  let failures = 0;
  for (let serial = 0; measured.length < count; serial += 1) {
    if (measured.length > 0 && performance.now() > end) break;
    try {
      measured.push(await repeat(tools, serial));
    } catch (error) {
      failures += 1;
      if (failures > MAX_FAILURES) throw error;
      const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
      print(`made again: ${why}`);
    }
  }
  return measured;
}
