import { HOST } from "./ports.ts";
import type { Ports, PortPlan } from "./ports.ts";
import { settingPrefix } from "./roles.ts";
import type { Role } from "./roles.ts";

/** The settings that the launcher gives one process, on top of `base`. `identityKeys` is that of its BFF. */
export function roleEnvironment(options: {
  readonly role: Role;
  readonly ports: Ports;
  /** Where the domain services listen by now. */
  readonly services: PortPlan;
  readonly identityKeys: string;
  readonly dataDir: string | undefined;
  /** What the gateway has to do with it: the settings of what stands in front of the BFFs, and the services' keys. */
  readonly front: NodeJS.ProcessEnv;
  readonly base: NodeJS.ProcessEnv;
}): NodeJS.ProcessEnv {
  const { role, ports, services, identityKeys, dataDir, front, base } = options;
  const common = { ...base, HOST, PORT: String(ports.port), ADMIN_PORT: String(ports.adminPort) };
  if (role.kind === "service") {
    return { ...front, ...common, ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }) };
  }
  if (role.kind !== "bff") return { ...front, ...common };
  const addresses = [...services].map(([name, { port }]) => [
    `${settingPrefix({ name })}_URL`,
    `http://${HOST}:${port}`,
  ]);
  return { ...common, ...Object.fromEntries(addresses), IDENTITY_KEYS: identityKeys };
}
