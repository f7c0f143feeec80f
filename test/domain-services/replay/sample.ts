import { catalogService } from "../catalog/service.ts";
import { ordersService } from "../orders/service.ts";
import { wallClock } from "../process/clock.ts";
import { loggerOf } from "../process/run.ts";
import { startService } from "../process/service.ts";
import { SettingError } from "../process/setting-error.ts";
import type { Settings } from "../process/settings.ts";
import { recommendationsService } from "../recommendations/service.ts";
import { usersService } from "../users/service.ts";

const DEFINITIONS = [usersService, ordersService, recommendationsService([1, 2]), catalogService];

/** Starts a sample service on a free port of this process, for others to stand before it. @throws SettingError */
export async function startSample(
  name: string,
  settings: Settings,
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const definition = DEFINITIONS.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    throw new SettingError(
      "REPLAY_SERVICE",
      `'${name}' has no sample service: say where the real one is (--real ${name}=http://…)`,
    );
  }
  const host = "127.0.0.1";
  const running = await startService(
    definition,
    // The switches are those of the process in front, which also has checked who asks.
    { ...settings, host, port: 0, adminPort: 0, switches: {}, txnTokenKeys: undefined },
    { clock: wallClock, logger: loggerOf(name, settings) },
  );
  return { origin: `http://${host}:${running.port}`, stop: async () => running.stop() };
}
