import { Refused } from "./http.ts";
import type { OwnerOf } from "./model/request.ts";
import type { ShownProgram, System } from "./system.ts";

/** A program as the console shows it. */
interface ProgramState extends Pick<ShownProgram, "name" | "kind" | "url" | "isReplayed"> {
  readonly owner: string | null;
  readonly isUp: boolean;
  /** How it may be told to behave, and how it behaves; null where it has no switches. */
  readonly switches: { readonly presets: readonly string[]; readonly chosen: string | undefined } | null;
  /** What each app's breaker for it says, if it ever opened. */
  readonly breakers: readonly Breaker[];
  /** Addresses that an app leaves out for a while. */
  readonly ejected: readonly Ejection[];
}

type Breaker = Record<"app" | "upstream" | "state", string> & { readonly operation: string | null };
type Ejection = Record<"app" | "upstream" | "address", string>;

/** How a sample service may misbehave, in the form that its admin port takes. */
const PRESETS: Readonly<Record<string, object>> = {
  normal: {},
  slow: { delay: { ms: 600 } },
  failing: { fail: { status: 503 } },
  hanging: { hang: { ratio: 1 } },
  "broken contract": { break: "missing-field" },
  "not cacheable": { cacheControl: "no-store" },
};

/** A program that does not answer within this is not up, ms. */
const PATIENCE_MS = 800;

/** What breakers and ejections the apps told of, and what the programs say of themselves. */
export class Services {
  readonly #breakers = new Map<string, Breaker>();
  readonly #ejected = new Map<string, Ejection>();

  breakerChanged(app: string, { upstream, operation, to }: Readonly<Record<string, unknown>>): void {
    const name = typeof operation === "string" ? operation : null;
    const key = [app, upstream, name].join(" ");
    if (to === "closed") this.#breakers.delete(key);
    else this.#breakers.set(key, { app, upstream: String(upstream), operation: name, state: String(to) });
  }

  ejectionChanged(app: string, { upstream, address, change }: Readonly<Record<string, unknown>>): void {
    const key = [app, upstream, address].join(" ");
    if (change === "returned") this.#ejected.delete(key);
    else this.#ejected.set(key, { app, upstream: String(upstream), address: String(address) });
  }

  /** An app has started: it remembers nothing. */
  forget(app: string): void {
    for (const known of [this.#breakers, this.#ejected]) {
      for (const [key, value] of known) if (value.app === app) known.delete(key);
    }
  }

  async states({ programs }: System, ownerOf: OwnerOf): Promise<readonly ProgramState[]> {
    return Promise.all(
      programs.map(async ({ name, kind, url, adminUrl, isReplayed }) => {
        const isOurs = kind === "bff" || kind === "gateway";
        const health = await ask(`${adminUrl}/${isOurs ? "readyz" : "healthz"}`);
        const switches = kind === "service" ? await ask(`${adminUrl}/switches`) : undefined;
        return {
          name,
          kind,
          url,
          isReplayed,
          owner: ownerOf(name),
          isUp: health !== undefined,
          switches: switches === undefined ? null : switchesIn(switches),
          breakers: [...this.#breakers.values()].filter(({ upstream }) => upstream === name),
          ejected: [...this.#ejected.values()].filter(({ upstream }) => upstream === name),
        };
      }),
    );
  }
}

/**
 * Makes a sample service misbehave, or behave again.
 * @param preset one of the names of PRESETS; `normal` turns everything off
 * @throws Refused
 */
export async function switchService({ programs }: System, name: string, preset: string): Promise<object> {
  const service = programs.find((one) => one.name === name && one.kind === "service");
  if (service === undefined) throw new Refused(404, "There is no such service.");
  if (!Object.hasOwn(PRESETS, preset)) throw new Refused(400, "There is no such switch.");
  const answer = await fetch(`${service.adminUrl}/switches`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(PRESETS[preset]),
  }).catch(() => undefined);
  if (answer?.ok !== true) throw new Refused(502, `${name} did not take the switch.`);
  return { name, preset };
}

/** The body of a good answer. */
async function ask(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await answer.text();
    return answer.ok ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A preset is known by its member; another combination is none of them. */
function switchesIn(text: string): ProgramState["switches"] {
  try {
    const on = Object.keys(JSON.parse(text)).join();
    const chosen = Object.keys(PRESETS).find((name) => Object.keys(PRESETS[name] ?? {}).join() === on);
    return { presets: Object.keys(PRESETS), chosen };
  } catch {
    return null;
  }
}
