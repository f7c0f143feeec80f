import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { CommandError } from "../command-line.ts";
import { settingPrefix } from "./roles.ts";
import type { Role, RoleName } from "./roles.ts";

/** Where a process listens; 0 takes a free port. */
export interface Ports {
  readonly port: number;
  readonly adminPort: number;
}

/** Where each process listens. */
export type PortPlan = ReadonlyMap<RoleName, Ports>;

/** Development listens on loopback only. */
export const HOST = "127.0.0.1";

const ADMIN_OFFSET = 1000;
const LARGEST_PORT = 65_535;

/**
 * A plan with free ports. Services and BFFs take theirs when they start (0); the identity provider,
 * the gateway and the proxy name each other, so theirs must be known before.
 */
export async function freePlan(roles: readonly Role[]): Promise<PortPlan> {
  const plan = new Map<RoleName, Ports>();
  await using held = new AsyncDisposableStack();
  const free = async (): Promise<number> => portOf(held.use(await holdFree()));
  for (const { name, kind } of roles) {
    const isFront = kind !== "service" && kind !== "bff";
    plan.set(name, isFront ? { port: await free(), adminPort: await free() } : { port: 0, adminPort: 0 });
  }
  return plan;
}

/** Below the range of outgoing connections: one of those could take the port first. */
const FIRST_FREE = 20_000;
const FREE_RANGE = 10_000;

async function holdFree(): Promise<Server> {
  for (;;) {
    const server = createServer();
    try {
      await once(server.listen(FIRST_FREE + Math.floor(Math.random() * FREE_RANGE), HOST), "listening");
      return server;
    } catch {
      // Taken: try another.
    }
  }
}

/** Where a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The default ports, or those that the environment sets. @throws CommandError */
export function portsFrom(roles: readonly Role[], env: NodeJS.ProcessEnv): PortPlan {
  return new Map(
    roles.map((role) => {
      const port = readPort(env, portSetting(role)) ?? role.port;
      return [role.name, { port, adminPort: readPort(env, adminSetting(role)) ?? adminOf(role, port) }];
    }),
  );
}

function adminOf(role: Role, port: number): number {
  if (port + ADMIN_OFFSET <= LARGEST_PORT) return port + ADMIN_OFFSET;
  throw new CommandError(
    `${adminSetting(role)} would be ${port} + ${ADMIN_OFFSET}, which is no port: set it to a free one.`,
  );
}

/** A port that the environment sets; undefined where it sets none. @throws CommandError */
export function readPort(env: NodeJS.ProcessEnv, setting: string): number | undefined {
  const text = env[setting];
  if (text === undefined || text === "") return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= LARGEST_PORT) return port;
  throw new CommandError(`${setting} must be a port from 1 to ${LARGEST_PORT}, but it is "${text}".`);
}

const portSetting = (role: Role): string => `${settingPrefix(role)}_PORT`;
const adminSetting = (role: Role): string => `${settingPrefix(role)}_ADMIN_PORT`;

/**
 * Opens every port at once, which also finds two roles on one port. @throws CommandError that names
 * the port, whose it is, and the setting that changes it
 */
export async function checkPorts(roles: readonly Role[], plan: PortPlan): Promise<void> {
  await using held = new AsyncDisposableStack();
  for (const role of roles) {
    const { port = 0, adminPort = 0 } = plan.get(role.name) ?? {};
    held.use(await hold(port, role.name, portSetting(role)));
    held.use(await hold(adminPort, `the admin side of ${role.name}`, adminSetting(role)));
  }
}

async function hold(port: number, whose: string, setting: string): Promise<Server> {
  const server = createServer();
  try {
    await once(server.listen(port, HOST), "listening");
    return server;
  } catch (error) {
    throw unusablePort(error, { port, whose, setting });
  }
}

/** What to tell a person whose port cannot be listened at. */
export function unusablePort(
  error: unknown,
  { port, whose, setting }: { readonly port: number; readonly whose: string; readonly setting: string },
): CommandError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE"
    ? new CommandError(
        `Port ${port} for ${whose} is taken: stop what listens there, or set ${setting} to another port.`,
      )
    : new CommandError(`Port ${port} for ${whose} cannot be used (${String(code)}): set ${setting}.`);
}
