import type { PageClient } from "../load/page-client.ts";
import { cpuTimeNs } from "./cpu-time.ts";

/** A program under load: where its process is, who asks it, and what a whole page has. */
export type Measured = {
  readonly pid: number;
  readonly client: PageClient;
  readonly bytes: number;
};

/** A slice that met a pause of the machine is taken again, so often. */
const MAX_ATTEMPTS = 10;

/**
 * Measures one slice of load: CPU time of the program's process, µs per page. A slice with a page that was not whole does not
 * count, since a degraded page costs less.
 *
 * @throws Error when no slice comes out whole
 */
export async function pageCost(
  { pid, client, bytes }: Measured,
  load: { readonly pages: number; readonly inFlight: number },
): Promise<number> {
  let broken = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = cpuTimeNs(pid);
    broken = await client.pages(load.pages, load.inFlight, bytes);
    if (broken === 0) return (cpuTimeNs(pid) - before) / 1_000 / load.pages;
  }
  throw new Error(
    `${broken} of ${load.pages} pages were not whole, ${MAX_ATTEMPTS} times in a row: is the machine very busy?`,
  );
}
