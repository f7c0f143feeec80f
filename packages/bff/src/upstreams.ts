import { secretSettings, urls } from "@triptych/service-kit";
import type { Logger, Metrics, Setting } from "@triptych/service-kit";
import { Upstream, secretFile } from "@triptych/upstream-client";
import type {
  CallScope,
  Clock,
  Random,
  ReadSecret,
  Secrets,
  UpstreamOptions,
} from "@triptych/upstream-client";
import { upstreamEvents } from "./upstream-events.ts";

/** A domain service: made once at start-up, bound to a scope for each section of a screen. */
export interface Service<Client> {
  /** @param scope whose deadline and user the client's calls carry */
  in(scope: CallScope): Client;
}

/**
 * How a BFF uses a domain service: what its client is made by, and whatever of the upstream
 * client's defaults this BFF changes (`bulkhead`, `retry`, `hedge`, …).
 */
export interface UpstreamUse<Client> extends Omit<
  UpstreamOptions,
  "name" | "addresses" | "origin" | "events" | "clock" | "random" | "secrets"
> {
  readonly service: (upstream: Upstream) => Service<Client>;
}

/** The domain services that a BFF uses, by name. */
export type UpstreamTable = Readonly<Record<string, UpstreamUse<unknown>>>;

/** What a section's `load` may call: a client per upstream of the table. */
export type ClientsOf<Table extends UpstreamTable> = {
  readonly [Name in keyof Table]: Table[Name] extends UpstreamUse<infer Client> ? Client : never;
};

/** `GIFT_CARDS` for `gift-cards`: how environment variables spell a name. */
type VariableName<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${VariableName<Tail>}`
  : Uppercase<Name>;

/** The setting that holds an upstream's addresses: `GIFT_CARDS_URL` for `gift-cards`. */
export type AddressSetting<Name extends string> = `${VariableName<Name>}_URL`;

/** A setting for the addresses of each upstream of the table. */
export type AddressSettings<Table extends UpstreamTable> = {
  readonly [Name in keyof Table & string as AddressSetting<Name>]: Setting<string[]>;
};

function addressSetting(name: string): string {
  return `${name.toUpperCase().replaceAll("-", "_")}_URL`;
}

/**
 * Declares `USERS_URL`, `ORDERS_URL` and so on, and the secrets that upstreams authenticate with.
 * All are required.
 */
export function upstreamSettings(table: UpstreamTable): Readonly<Record<string, Setting<unknown>>> {
  const addresses = Object.keys(table).map((name) => [addressSetting(name), urls({ basePath: true })]);
  const secrets = Object.entries(table).flatMap(([name, use]) =>
    secretNames(use).map((secret) => secretSettings(secret, `a secret for the ${name} service`)),
  );
  return Object.assign({}, Object.fromEntries(addresses), ...secrets);
}

function secretNames({ authenticate }: UpstreamUse<unknown>): readonly string[] {
  if (typeof authenticate !== "object") return [];
  return (authenticate.settings ?? []).map(({ name }) => name);
}

/** @throws Error naming the file, when a secret's file cannot be read */
function secretsOf(use: UpstreamUse<unknown>, settings: SettingsByName, clock: Clock): Secrets {
  const entries = secretNames(use).map((name): [string, ReadSecret] => {
    const [text, file] = [settings[name], settings[`${name}_FILE`]];
    return [name, typeof file === "string" ? secretFile(file, clock) : () => String(text)];
  });
  return Object.fromEntries(entries);
}

type SettingsByName = Readonly<Record<string, unknown>>;

/** The table's services, connected. */
export interface Connections<Clients> {
  /** The clients that one section of a screen may call. */
  readonly clients: (scope: CallScope) => Clients;
  /** Closes every connection; calls in flight fail. */
  readonly close: () => Promise<void>;
}

/**
 * Connects the upstreams of a table.
 *
 * @param settings holds the addresses, and `REDIS_URL` for the caches of upstreams that keep
 *   answers
 * @throws TypeError when an upstream has no address in the settings
 * @throws Error when a secret's file cannot be read
 */
export function connect<Table extends UpstreamTable>(
  table: Table,
  settings: SettingsByName,
  tools: {
    readonly metrics: Metrics;
    readonly clock: Clock;
    readonly random: Random;
    readonly userAgent: string;
    readonly logger: Logger;
  },
): Connections<ClientsOf<Table>> {
  const redis = settings["REDIS_URL"];
  const { clock, random, userAgent } = tools;
  const events = upstreamEvents(tools);
  const cache = { redisUrl: typeof redis === "string" ? redis : undefined };
  const upstreams = new Map(
    Object.entries(table).map(([name, use]) => {
      const { service: _service, ...options } = use;
      const addresses = addressesOf(settings, addressSetting(name));
      const own = { name, addresses, secrets: secretsOf(use, settings, clock), events, clock, random };
      return [name, new Upstream({ cache, userAgent, ...options, ...own })];
    }),
  );
  return {
    clients: clientsOf(table, upstreams),
    close: async () => {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
    },
  };
}

function addressesOf(settings: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const addresses = settings[name];
  if (Array.isArray(addresses) && addresses.every((address) => typeof address === "string")) {
    return addresses;
  }
  throw new TypeError(`${name} must be the addresses of a service, got ${JSON.stringify(addresses)}`);
}

function clientsOf<Table extends UpstreamTable>(
  table: Table,
  upstreams: ReadonlyMap<string, Upstream>,
): (scope: CallScope) => ClientsOf<Table> {
  const services = [...upstreams].flatMap(([name, upstream]) => {
    const use = table[name];
    return use === undefined ? [] : [[name, use.service(upstream)] as const];
  });
  return (scope) => {
    const clients: Record<string, unknown> = {};
    for (const [name, service] of services) clients[name] = service.in(scope);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a member per name of the table, which no type guard can tell the compiler
    return clients as ClientsOf<Table>;
  };
}
