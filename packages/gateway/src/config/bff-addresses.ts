import { urls } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import type { RouteTable } from "../table/route.ts";

/** The setting that says where a BFF is: `WEB_BFF_URL` of `web-bff`. */
export type BffAddress = `${string}_BFF_URL`;

/** The BFFs of a route table: the targets that get an `X-Identity`, each signed with a key of its own. */
export function bffsOf({ targets }: RouteTable): string[] {
  return Object.entries(targets)
    .filter(([, { identity }]) => identity === "x-identity")
    .map(([name]) => name);
}

export function bffAddress(bff: string): BffAddress {
  return `${bff.replace(/-bff$/, "").toUpperCase().replaceAll("-", "_")}_BFF_URL`;
}

/** A setting for the address of each BFF of the table. */
export function bffAddresses(table: RouteTable): Record<BffAddress, Setting<string[]>> {
  return Object.fromEntries(
    bffsOf(table).map((bff) => [bffAddress(bff), urls({ example: `http://${bff}:8101` })]),
  );
}
