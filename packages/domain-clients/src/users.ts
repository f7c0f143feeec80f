import type { Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import type { ContractService } from "@triptych/upstream-client/contract";
import { contract } from "./generated/users.ts";
import type { Answers } from "./generated/users.ts";
import { OURS, readFor } from "./service.ts";
import type { ServiceOptions } from "./service.ts";

/** A user's account: name, avatar, loyalty, preferences, addresses. */
export type User = Answers["getMe"];
/** One of a user's postal addresses. */
export type Address = User["addresses"][number];
/** An avatar's images with their widths in pixels, which the contract only describes. */
export const avatarImages = ({ small, medium, large }: User["avatar"]) => [
  { url: small, width: 64 },
  { url: medium, width: 256 },
  { url: large, width: 1_024 },
];

/** The level of a user's loyalty programme; `unknown` for one that the contract does not list. */
export type LoyaltyTier = User["loyalty"]["tier"];

/**
 * A client of the users service for one scope. It throws an UpstreamError when the service fails.
 */
export type Users = {
  /** The user that the request's identity names. */
  me(): Promise<User>;
};

/** The users service. Make it once, at start-up: this compiles the checks of its answers. */
export function usersService(upstream: Upstream, options: ServiceOptions = {}): ContractService<Users> {
  const getMe = operationOf<User>(contract.getMe, readFor("perUser", options));
  return {
    in: (scope) => ({
      me: () => upstream.call(getMe, scope),
    }),
  };
}

/** How a BFF uses the service, where it changes no default. */
export const users = { service: usersService, ...OURS };
