import { startProgram } from "@triptych/service-kit";
import { createApp } from "./app.ts";
import type { Bff, SettingValues, Spec } from "./define-bff.ts";
import type { UpstreamTable } from "./upstreams.ts";

/**
 * Runs a BFF as a process of its own until a signal: reads the settings, opens the connections,
 * serves, and drains. A missing or malformed setting ends the process with one line that names it.
 *
 * @param env the environment: `process.env`
 */
export async function startBff<Table extends UpstreamTable, More extends Spec>(
  bff: Bff<Table, More>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await startProgram(
    bff.name,
    bff.settings,
    env,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same values, name by name, which the compiler cannot see through two generic types
    (settings, tools) => createApp(bff, settings as unknown as SettingValues<More>, tools),
  );
}
