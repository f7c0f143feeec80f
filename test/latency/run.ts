import { calibrateBrowser } from "./browser/emulation.ts";
import type { BrowserCalibration } from "./browser/emulation.ts";
import { launchChromium } from "../e2e/browser/chromium.ts";
import { CONNECTIONS, repeat } from "./measure-loads.ts";
import type { Connection, LoadTools, Repetition } from "./measure-loads.ts";
import type { Profile } from "./profiles.ts";
import { calibrate } from "./shaping/calibrate.ts";
import type { Calibration } from "./shaping/calibrate.ts";
import { ShapingProxy } from "./shaping/shaping-proxy.ts";
import type { Site } from "./stack/site.ts";
import { compare, compareHtml } from "./summarize.ts";
import type { Comparison, HtmlComparison } from "./summarize.ts";

export const PROTOCOLS = ["HTTP/1.1", "HTTP/2"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One network, one protocol, a new or a warm connection. */
export type Cell = {
  readonly profile: Profile["name"];
  readonly protocol: Protocol;
  readonly connection: Connection;
  /** Who made a network of the loopback. */
  readonly by: "proxy" | "browser";
  readonly repetitions: number;
  /** Answers of the BFF's in which a part was missing, for its deadline had passed. */
  readonly degraded: number;
  readonly data: Comparison;
  /** Measured over HTTP/2 alone. */
  readonly html: HtmlComparison | undefined;
};

export type Calibrated = {
  readonly profile: Profile["name"];
  readonly asked: Pick<Profile, "roundTripMs" | "downKbps" | "upKbps">;
  readonly proxy: Calibration;
  readonly browser: BrowserCalibration;
};

export type LatencyRun = {
  readonly browserVersion: string;
  readonly cells: readonly Cell[];
  readonly calibrated: readonly Calibrated[];
};

export type RunOptions = {
  readonly site: Site;
  readonly chromium: string;
  readonly profiles: readonly Profile[];
  /** How often each load of a profile is measured. */
  readonly repeatsOf: (profile: Profile) => number;
  /** Repetitions before anything counts: the programs have just been started. */
  readonly warmUps: number;
  /** After so long no further repetition on a network is begun, ms: a busy machine gets a wider interval, not a longer run. */
  readonly budgetMs: number;
  readonly print: (line: string) => void;
};

/** The pictures of a page are elsewhere, and nothing leaves the machine. */
const FLAGS = ["--host-resolver-rules=MAP images.triptych.example ~NOTFOUND"];
const UNSHAPED = { roundTripMs: 0, downKbps: 1e6, upKbps: 1e6 };
/** Loads of a run that may fail, as when a busy machine lets a deadline pass: the repetition is made again. */
const MAX_FAILURES = 10;
/** What the browser makes of a network is compared with what the proxy makes of it, which takes fewer loads than the comparison of the ways. */
const SHARE_BY_BROWSER = 1 / 4;

/** Measures everything, network by network. */
export async function runAll(options: RunOptions): Promise<LatencyRun> {
  const { site, chromium, profiles, repeatsOf, warmUps, budgetMs, print } = options;
  const cells: Cell[] = [];
  const calibrated: Calibrated[] = [];
  let browserVersion = "";
  for (const protocol of PROTOCOLS) {
    const flags = protocol === "HTTP/1.1" ? [...FLAGS, "--disable-http2"] : FLAGS;
    await using launched = await launch(chromium, flags);
    const { browser } = launched;
    browserVersion = browser.version();
    const overTwo = protocol === "HTTP/2";
    await using unshaped = await ShapingProxy.open(site.port, UNSHAPED);
    const warm = { browser, site, proxy: unshaped, emulated: undefined };
    const repetitions = repeater(budgetMs, print);
    await repetitions(warm, warmUps, overTwo);

    for (const profile of profiles) {
      const count = repeatsOf(profile);
      print(`measuring: ${profile.name}, ${protocol}, ${count} repetitions …`);
      await using proxy = await ShapingProxy.open(site.port, profile);
      const measured = await repetitions({ browser, site, proxy, emulated: undefined }, count, overTwo);
      cells.push(...cellsOf(profile, protocol, "proxy", measured));
      if (!overTwo) continue;
      const fewer = Math.max(1, Math.round(count * SHARE_BY_BROWSER));
      const emulated = await repetitions({ ...warm, emulated: profile }, fewer, false);
      cells.push(...cellsOf(profile, protocol, "browser", emulated));
      const { roundTripMs, downKbps, upKbps } = profile;
      calibrated.push({
        profile: profile.name,
        asked: { roundTripMs, downKbps, upKbps },
        proxy: await calibrate(profile),
        browser: await calibrateBrowser(browser, profile),
      });
    }
  }
  return { browserVersion, cells, calibrated };
}

async function launch(chromium: string, flags: readonly string[]) {
  const browser = await launchChromium(chromium, flags);
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

function repeater(budgetMs: number, print: (line: string) => void) {
  let failures = 0;
  return async (tools: LoadTools, count: number, withHtml: boolean): Promise<readonly Repetition[]> => {
    const begin = performance.now();
    const measured: Repetition[] = [];
    for (let serial = 0; measured.length < count; serial += 1) {
      if (measured.length > 0 && performance.now() - begin > budgetMs) break;
      try {
        measured.push(await repeat(tools, serial, withHtml));
      } catch (error) {
        failures += 1;
        if (failures > MAX_FAILURES) throw error;
        print(
          `made again: ${error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error)}`,
        );
      }
    }
    return measured;
  };
}

function cellsOf(
  { name }: Profile,
  protocol: Protocol,
  by: Cell["by"],
  measured: readonly Repetition[],
): readonly Cell[] {
  const withHtml = measured.some(({ html }) => html !== undefined);
  return CONNECTIONS.map((connection) => ({
    profile: name,
    protocol,
    connection,
    by,
    repetitions: measured.length,
    degraded: measured.filter(({ bff }) => bff[connection].degraded).length,
    data: compare(measured, connection),
    html: withHtml ? compareHtml(measured, connection) : undefined,
  }));
}
