import { BARE_WEB, MOBILE_BFF, PARTNER_BFF, WEB_BFF } from "../contenders/contenders.ts";
import { report } from "../report/report.ts";
import type { Figure, Report } from "../report/report.ts";

const PAGES = 500;

const PROMISES: Figure<number> = { head: "promises a page", of: (count) => count, digits: 1 };

/** How many promises a page makes. Counting is slow, so it has a run of its own. */
export function promisesReport(): Report {
  return report<number>({
    name: "promises",
    title: "promises of a page",
    method: `What \`async_hooks\` sees in ${PAGES} pages, 16 in flight: the program's own promises, its libraries' and Node's. The number hardly depends on the machine.`,
    programs: () =>
      [BARE_WEB, WEB_BFF, MOBILE_BFF, PARTNER_BFF].map((contender) => ({ contender, probed: true })),
    async warmUp({ client, bytes }) {
      await client.pages(100, bytes);
    },
    rounds: 3,
    async measure({ program, client, bytes }) {
      const before = (await program.ask("promises")).promises;
      await client.pages(PAGES, bytes);
      return ((await program.ask("now")).promises - before) / PAGES;
    },
    figures: [PROMISES],
    limits: [WEB_BFF, MOBILE_BFF].map(({ name: of }) => ({
      figure: PROMISES,
      of,
      relation: "at most",
      limit: 35,
      goal: 25,
    })),
  });
}
