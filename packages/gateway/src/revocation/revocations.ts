import type { WallClock } from "@triptych/service-kit";
import type { Caller } from "../passage.ts";
import { RevocationList } from "./revocation-list.ts";
import type { Revocation } from "./revocation-list.ts";

/** What is revoked, in all gateways. */
export interface Revocations {
  reasonFor(caller: Caller): "token" | "user" | "api-key" | undefined;
  /**
   * Holds here at once, and in every other gateway within a second.
   * @throws Error where the others could not be told; it holds here all the same
   */
  revoke(revocation: Revocation): Promise<void>;
  readonly size: { readonly tokens: number; readonly users: number; readonly apiKeys: number };
  close(): Promise<void>;
}

/** For a single gateway: kept in the process, gone with it. */
export function localRevocations(clock: WallClock): Revocations {
  const list = new RevocationList(clock);
  return {
    reasonFor: (caller) => list.reasonFor(caller),
    revoke(revocation) {
      list.add(revocation);
      return Promise.resolve();
    },
    get size() {
      return list.size;
    },
    close: () => Promise.resolve(),
  };
}
