import { isDeepStrictEqual } from "node:util";
import type { Contender } from "../contenders/contender.ts";
import { GROUPS } from "../contenders/contenders.ts";
import type { Group } from "../contenders/contenders.ts";
import { costsOf, samplesOf } from "../measure/compare-costs.ts";
import type { Cost, Turns } from "../measure/compare-costs.ts";
import type { Lab, Running } from "../processes/lab.ts";
import { preparePeers } from "../processes/prepare-peers.ts";
import { renderTable } from "../report/table.ts";
import type { RecordedServices } from "../services/recorded-services.ts";

/** How much is measured. */
type Effort = Turns & {
  /** Of the project and of its baseline: of three, the middle one is seldom the odd one. The others have one each. */
  readonly processes: number;
  /** Whether only the project and its baseline take part. */
  readonly onlyBaseline: boolean;
};

/** What a page costs one contender. */
export type PageCost = Cost & { readonly project: boolean };

/** Whom the project is held to, and whether it keeps to it. */
export type LimitResult = {
  readonly of: string;
  readonly times: number;
  readonly measured: number;
  readonly met: boolean;
};

export type GroupResult = {
  readonly title: string;
  readonly baselineName: string;
  readonly costs: readonly PageCost[];
  readonly limits: readonly LimitResult[];
  /** Who took no part, and why. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
};

/**
 * All groups, one after the other; a quick run compares the project with its baseline alone, and installs nothing.
 * @param options.npm the path of npm's own program, if it is known
 */
export async function measurePages(
  lab: Lab,
  options: {
    readonly quick: boolean;
    readonly npm: string | undefined;
    readonly print: (line: string) => void;
  },
): Promise<{ readonly services: string; readonly groups: readonly GroupResult[] }> {
  const { quick, npm, print } = options;
  const effort = {
    warmUpMs: quick ? 6_000 : 10_000,
    turns: quick ? 12 : 24,
    pagesPerSlice: 300,
    processes: quick ? 1 : 3,
    onlyBaseline: quick,
  };
  const groups = GROUPS.filter(({ baseline }) => !quick || !baseline.peer);
  const peers = groups
    .flatMap(({ baseline, others }) => [baseline, ...(quick ? [] : others)])
    .filter(({ peer }) => peer);
  const obstacles = peers.length > 0 ? await preparePeers(peers, { npm, print }) : new Map<never, string>();
  const services = await lab.services();
  const results = [];
  for (const group of groups) {
    print(`measuring: ${group.title} …`);
    results.push(await measureGroup(lab, services, group, effort, obstacles));
  }
  return { services: services.description, groups: results };
}

/**
 * Measures a group of contenders against each other. A peer that cannot start, or that answers another page, is left out and named.
 *
 * @param obstacles why a peer cannot take part, where that is known already
 * @throws Error when one of the repository's own does not start, or answers another page than the project
 */
async function measureGroup(
  lab: Lab,
  services: RecordedServices,
  group: Group,
  effort: Effort,
  obstacles: ReadonlyMap<Contender, string>,
): Promise<GroupResult> {
  const { title, baselineName } = group;
  const contenders = [group.project, group.baseline, ...(effort.onlyBaseline ? [] : group.others)];
  const { running, missing } = await startAll(lab, services, contenders, obstacles);
  const ruler = running.find(([{ name }]) => name === group.baseline.name);
  if (ruler === undefined) {
    await stopAll(running.flat());
    return { title, baselineName, costs: [], limits: [], missing };
  }
  const own = running.find(([{ name }]) => name === group.project.name) ?? ruler;
  for (let more = 1; more < effort.processes; more += 1) {
    ruler.push(await lab.start(group.baseline, services));
    own.push(await lab.start(group.project, services));
  }
  const groups = [ruler, ...running.filter((one) => one !== ruler)];
  const compared = costsOf(groups, await samplesOf(groups.flat(), effort));
  await stopAll(running.flat());
  const costs = compared.map((cost) => Object.assign({ project: cost.name === group.project.name }, cost));
  return {
    title,
    baselineName,
    costs: costs.toSorted((a, b) => a.cpuUs - b.cpuUs),
    limits: limitsOf(group, costs),
    missing,
  };
}

export function renderGroup({ title, baselineName, costs, limits, missing }: GroupResult): string {
  const rows = costs.map(({ name, cpuUs, ratio, ratioFrom, ratioTo }) => [
    name,
    cpuUs.toFixed(0),
    ratio.toFixed(2),
    `${ratioFrom.toFixed(2)} to ${ratioTo.toFixed(2)}`,
  ]);
  const columns = [
    { head: title },
    { head: "CPU µs/page", numbers: true },
    { head: `× ${baselineName}`, numbers: true },
    { head: "middle half of turns", numbers: true },
  ];
  return [
    costs.length > 0 ? renderTable(columns, rows) : title,
    ...limits.map(tellLimit),
    ...missing.map(({ name, why }) => `not measured: ${name}: ${why}`),
  ].join("\n");
}

/** Whether a limit is met, in a line. */
export function tellLimit({ of, times, measured, met }: LimitResult): string {
  return `${met ? "MET" : "NOT MET"}: at most ${times} × ${of}, measured ${measured.toFixed(2)} ×`;
}

/** Of one contender. */
type Processes = [Running, ...Running[]];

/** One process of each. */
async function startAll(
  lab: Lab,
  services: RecordedServices,
  [project, ...others]: readonly Contender[],
  obstacles: ReadonlyMap<Contender, string>,
): Promise<Pick<GroupResult, "missing"> & { readonly running: readonly Processes[] }> {
  if (project === undefined) throw new TypeError("a group has at least the project");
  const own = await lab.start(project, services);
  const running: Processes[] = [[own]];
  const missing: { name: string; why: string }[] = [];
  for (const contender of others) {
    const { name, peer } = contender;
    try {
      const obstacle = obstacles.get(contender);
      if (obstacle !== undefined) throw new Error(obstacle);
      const other = await lab.start(contender, services);
      if (!isDeepStrictEqual(other.answer, own.answer)) await other.program.stop();
      checkSame(own, other);
      running.push([other]);
    } catch (error) {
      if (!peer) throw error;
      missing.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { running, missing };
}

async function stopAll(running: readonly Running[]): Promise<void> {
  await Promise.all(running.map(({ program }) => program.stop()));
}

function limitsOf(group: Group, costs: readonly PageCost[]): readonly LimitResult[] {
  const costOf = (name: string) => costs.find((cost) => cost.name === name)?.cpuUs;
  const project = costOf(group.project.name);
  return group.limits.flatMap(({ of: { name }, times }) => {
    const other = costOf(name);
    if (project === undefined || other === undefined) return [];
    const measured = project / other;
    return { of: name, times, measured, met: measured <= times };
  });
}

/** A program that answers something else does something else: its cost says nothing. */
function checkSame(project: Running, other: Running): void {
  if (isDeepStrictEqual(other.answer, project.answer)) return;
  throw new Error(
    `it answers another page than ${project.name}:\n${JSON.stringify(other.answer)}\n${JSON.stringify(project.answer)}`,
  );
}
