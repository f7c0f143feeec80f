import { changedCredentials, onlyRefused, passed } from "./identity-checks.ts";
import type { Check, Outcome } from "./identity-checks.ts";
import type { Sending, Trial } from "./trial.ts";

const NO_PATH = { notTried: "no --visitors: name a path that is open without a login, if there is one" };

/** What reaches the BFF where visitors without a login may read. */
export const VISITOR_CHECKS: readonly Check[] = [
  {
    name: "a visitor without credentials",
    expected: "it reaches the BFF with an X-Identity that has anonymous: true and no sub, and no Txn-Token",
    needsIdentity: true,
    todo: "sign it as docs/your-own-gateway.md says under “X-Identity”, also where nobody is logged in",
    run: (trial) => asVisitor(trial, { credentials: [] }),
  },
  {
    name: "a visitor with a forged X-Identity",
    expected: "the gateway's own reaches the BFF, and says that it is a visitor",
    needsIdentity: true,
    todo: "remove what only you may set also where you ask for no credentials",
    run: (trial) => {
      const forged = ["X-Identity", trial.forgedIdentity, "X-User-Id", "1", "Txn-Token", "a.b.c"];
      return asVisitor(trial, { credentials: [], headers: forged });
    },
  },
  {
    name: "a visitors' path with credentials",
    expected:
      "it reaches the BFF as the user; with credentials that were changed, as a visitor or not at all",
    needsIdentity: true,
    todo: "verify credentials where they are optional, too",
    async run(trial) {
      if (trial.options.visitors === undefined) return NO_PATH;
      const right = passed(trial, await trial.send({ visitors: true }));
      if (right !== undefined) return right;
      const credentials = changedCredentials(trial);
      const passage = await trial.send({ credentials, visitors: true });
      return passage.arrived.length === 0 ? onlyRefused(passage) : asVisitor(trial, { credentials });
    },
  },
];

async function asVisitor(trial: Trial, sending: Sending): Promise<Outcome> {
  if (trial.options.visitors === undefined) return NO_PATH;
  const passage = await trial.send({ ...sending, visitors: true });
  const wrong = passed(trial, passage, null);
  if (wrong !== undefined) return wrong;
  const names = passage.arrived[0]?.rawHeaders.filter((_, index) => index % 2 === 0) ?? [];
  const more = names.filter((name) => ["txn-token", "x-user-id"].includes(name.toLowerCase()));
  return more.length === 0 ? undefined : `a visitor's ${more.join(" and ")}`;
}
