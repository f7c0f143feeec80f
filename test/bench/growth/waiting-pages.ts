import { setTimeout as wait } from "node:timers/promises";
import { ROOMY_WEB_BFF } from "../contenders/variants.ts";
import { probed, readProbe } from "../probe/probe.ts";
import type { Reading } from "../probe/probe.ts";
import type { Lab } from "../processes/lab.ts";

/** Of the services: all pages are there before the first answer comes, ms. */
const SLOW_MS = 3_000;
/** Seldom: each look collects garbage, and the pages have to get on, ms. */
const LOOK_MS = 1_000;
/** Pages before anything counts. */
const WARM_UP = 64;

/** What lives in a process before, and while so many of its pages wait for services that take seconds: the most that one of the looks saw. */
export async function measureWaitingPages(
  lab: Lab,
  count: number,
): Promise<{ readonly before: Reading; readonly most: Reading }> {
  const services = await lab.services({ delayMs: SLOW_MS });
  const contender = probed(ROOMY_WEB_BFF, await lab.folder("probe"));
  const { client, bytes, program } = await lab.start(contender, services);
  await client.pages(WARM_UP, WARM_UP, bytes);
  const before = await readProbe(contender.socket);
  const burst = client.pages(count, count, bytes);
  const readings: Reading[] = [];
  while ((await Promise.race([burst, wait(LOOK_MS, "waiting")])) === "waiting") {
    readings.push(await readProbe(contender.socket));
  }
  await program.stop();
  const most = readings.reduce((one, other) => (other.liveBytes > one.liveBytes ? other : one), before);
  return { before, most };
}
