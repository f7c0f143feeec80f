import { planServices } from "@triptych/cli/stack";
import type { ServiceOptions, StackOptions } from "@triptych/cli/stack";
import { startRunning } from "../../e2e/testing/running-stack.ts";
import type { RunningStack } from "../../e2e/testing/running-stack.ts";

/** The key that recorded ids are made with. In tests it need not be secret. */
const KEY = "the key of the tests' recordings, which is no secret";

/** Starts a stack as `npm run dev` with these options would, on free ports. */
export function startReplayed(
  given: ServiceOptions,
  options: Pick<StackOptions, "roles" | "env" | "dataDir">,
): Promise<RunningStack> {
  const { standIns, roleEnv } = planServices(
    given,
    ["users", "orders", "recommendations", "catalog"],
    () => KEY,
  );
  return startRunning({ ...options, standIns, roleEnv });
}
