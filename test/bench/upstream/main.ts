/**
 * `npm run bench:upstream`: what each layer of the upstream client costs, in microseconds of CPU per call, beside a bare
 * `undici.request` measured in the same run. The contenders take turns in short slices, so that whatever else the machine does
 * falls on all of them; the middle slice of each is shown.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import { renderTable } from "../report/table.ts";
import { CALLS_PER_SCREEN, bare, layers, whole } from "./contenders.ts";
import type { Contender } from "./contenders.ts";

const { values } = parseArgs({
  options: { slices: { type: "string", default: "25" }, calls: { type: "string", default: "4000" } },
});
const slices = Number(values.slices);
const callsPerSlice = Number(values.calls);
/** Screens under way at once: enough to keep the client busy, few enough for the bulkhead. */
const CONCURRENT_SCREENS = 8;

const server = fork(join(import.meta.dirname, "server.ts"), { execArgv: [] });
const [port] = await once(server, "message");
const origin = `http://127.0.0.1:${port}`;
const contenders = [
  bare(origin),
  ...[0, 1, 2, 3, 4].map((count) => layers(origin, count)),
  layers(origin, 4, { hedge: true }),
  ...[5, 6, 7].map((count) => layers(origin, count)),
  whole(origin, "Upstream.call, everything on", {}, false),
  whole(origin, "Upstream.call, everything on, hedging", { hedge: true }, false),
];

for (const contender of contenders) await slice(contender);
const samples = await takeTurns(contenders, slices, slice);
print();
for (const contender of contenders) await contender.close();
server.disconnect();

/** Makes calls and measures what one of them took, in microseconds. */
async function slice(contender: Contender): Promise<{ cpu: number; wall: number }> {
  const calls = callsPerSlice;
  let serial = 0;
  const worker = async (): Promise<void> => {
    while (serial * CALLS_PER_SCREEN < calls) await contender.screen((serial += 1));
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENT_SCREENS }, worker));
  const wall = ((performance.now() - startedAt) * 1_000) / calls;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpu: (user + system) / calls, wall };
}

function print(): void {
  const rows = contenders.map((contender) => {
    const taken = samples.get(contender) ?? [];
    return {
      name: contender.name,
      cpu: median(taken.map(({ cpu }) => cpu)),
      wall: median(taken.map(({ wall }) => wall)),
    };
  });
  const bareCpu = rows[0]?.cpu ?? 0;
  const columns = [
    { head: "µs per call" },
    ...["CPU", "wall", "vs bare"].map((head) => ({ head, numbers: true })),
  ];
  const cells = rows.map(({ name, cpu, wall }) =>
    [name].concat([cpu, wall, cpu - bareCpu].map((number) => number.toFixed(1))),
  );
  process.stdout.write(`${renderTable(columns, cells)}\n`);
}
