import { BARE_PROXY, gatewayIn } from "../contenders/behind-gateway.ts";
import { pageCost } from "../measure/cpu-time.ts";
import { report } from "../report/report.ts";
import type { Report } from "../report/report.ts";
import { PAGE_COST } from "./pages.ts";

const GATEWAY = "gateway, everything on";

/** What the gateway adds to a page: token, limits, validation, signed identity, access log. */
export function gatewayReport(): Report {
  return report<number>({
    name: "gateway",
    title: "gateway: a web home page passes it",
    method:
      "A stand-in for the web BFF gives the recorded page. The bare program passes the request on and checks nothing. The gateway's requests come from 2,000 users in turn, each with a token, and each from another address. Three processes of each, started on different occasions, take turns in slices of 300 pages, 16 in flight.",
    occasions: 3,
    programs: async (lab) => [{ contender: BARE_PROXY }, { contender: await gatewayIn(lab), name: GATEWAY }],
    rounds: 12,
    measure: (running) => pageCost(running, 300),
    figures: [PAGE_COST],
    limits: [{ figure: PAGE_COST, of: GATEWAY, beside: BARE_PROXY.name, relation: "at most", limit: 3 }],
  });
}
