import type { CallScope, Operation, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import { contract } from "./generated/users.ts";
import type { Answers } from "./generated/users.ts";
import type { ServiceOptions } from "./service-options.ts";

export type User = Answers["getMe"];
export type Address = User["addresses"][number];
export type LoyaltyTier = User["loyalty"]["tier"];

/** The users service, made once at start-up: its answers' checks are compiled here. */
export class UsersService {
  readonly #upstream: Upstream;
  readonly #getMe: Operation<User>;

  constructor(upstream: Upstream, { cache = false }: ServiceOptions = {}) {
    this.#upstream = upstream;
    const keep = cache ? ({ cache: "perUser" } as const) : {};
    this.#getMe = operationOf(contract.getMe, keep);
  }

  /** The client that a section of a screen uses: under its deadline, for its caller. */
  in(scope: CallScope): Users {
    return {
      me: () => this.#upstream.call(this.#getMe, scope),
    };
  }
}

/** Who the caller is. All methods throw an UpstreamError when the service fails. */
export type Users = {
  /** The user that the request's identity names. */
  me(): Promise<User>;
};

export function usersService(upstream: Upstream, options?: ServiceOptions): UsersService {
  return new UsersService(upstream, options);
}
