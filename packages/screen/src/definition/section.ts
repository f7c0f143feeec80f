import type { TObject, TSchema } from "typebox";
import type { AddressRule } from "../address.ts";
import type { Shaped } from "../run/whitelist.ts";
import type { DatedChanges } from "./dated-changes.ts";

/** The schema of a query without parameters. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- it has no parameters
export type NoQuery = TObject<Record<never, TSchema>>;

/** The names of a path's parameters: `"orderId"` for `/orders/:orderId`. */
export type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/**
 * What a screen's request says, already checked. Sections of a screen with a query name its schema:
 * `ScreenInput<"orderId", typeof OrderQuery>`.
 */
export type ScreenInput<ParamNames extends string = never, Query extends TObject = NoQuery> = AddressRule & {
  readonly params: { readonly [Name in ParamNames]: string };
  readonly query: Shaped<Query>;
  readonly device: Device;
  readonly caller: ScreenCaller;
  /**
   * The instant of the request, in milliseconds since 1970: the same in all sections. Tests choose
   * it with their clock.
   */
  readonly now: number;
};

/** What a screen knows of who asks. */
export type ScreenCaller = {
  /**
   * What else the login says of the user, such as a tenant or roles: `claims` of `X-Identity`, by
   * the names that the gateway's profile gives. Which there are, and of what type, is for the
   * screen to check. Empty for a visitor.
   */
  readonly claims: Readonly<Record<string, unknown>>;
};

/** What a client tells about the device that will show the screen. */
export type Device = {
  /** Device pixels per CSS pixel, 1 to 4: `?dpr=`, else `Sec-CH-DPR`, else 1. */
  readonly pixelRatio: number;
};

/**
 * Loads a part that the section can be shown without. If the part fails, or takes longer than
 * `deadlineMs` (milliseconds from now), the result is undefined and the section is listed in
 * `degraded`. An error that no upstream caused is a bug: it fails the section.
 */
export type TryLoad<Clients> = <Part>(
  load: (clients: Clients) => Promise<Part>,
  options: { readonly deadlineMs: number },
) => Promise<Part | undefined>;

/** A section as a screen's file writes it, inside `required` or `optional`. */
export type SectionDefinition<Clients, Input, Loaded, Schema extends TSchema> = {
  /** The section's part of the answer. Only fields named here are sent. */
  readonly schema: Schema;
  /** A shorter deadline than the screen's, in milliseconds from the start of the section. */
  readonly deadlineMs?: number;
  /**
   * Fetches what the section needs. The loads of all sections start together; a call that depends
   * on another is a plain `await`.
   */
  readonly load: (clients: Clients, input: Input, tryLoad: TryLoad<Clients>) => Promise<Loaded>;
  /**
   * Turns what was loaded into what the client shows. It must not change `loaded`, which is shared.
   */
  readonly shape: (loaded: Loaded, input: Input) => Shaped<Schema>;
  /**
   * Whether a visitor without a login gets its fallback in place of it. Default: true. Where it is
   * required, there is no screen without a login. `false`: it shows nothing of a user's.
   */
  readonly needsUser?: boolean;
  /** Older shapes that released clients still expect. */
  readonly changes?: DatedChanges<Shaped<Schema>, Loaded>;
};

/** In a screen, only the section's own members need to agree on its schema and what is loaded. */
type SectionBase<Clients, Input, Loaded, Schema extends TSchema> = Omit<
  SectionDefinition<Clients, Input, Loaded, Schema>,
  "load" | "changes"
> & {
  readonly load: (clients: Clients, input: Input, tryLoad: TryLoad<Clients>) => Promise<unknown>;
  readonly changes?: DatedChanges<never, Loaded>;
};

/** If this section fails, the whole screen fails, with a problem that names the section. */
export type RequiredSection<Clients, Input, Loaded, Schema extends TSchema> = SectionBase<
  Clients,
  Input,
  Loaded,
  Schema
> & { readonly kind: "required" };

/** If this section fails, the answer holds its fallback and `degraded` names the section. */
export type OptionalSection<Clients, Input, Loaded, Schema extends TSchema> = SectionBase<
  Clients,
  Input,
  Loaded,
  Schema
> & { readonly kind: "optional"; readonly fallback: Shaped<Schema> };

/** A section of either kind. */
export type Section<Clients, Input, Loaded, Schema extends TSchema = TSchema> =
  | RequiredSection<Clients, Input, Loaded, Schema>
  | OptionalSection<Clients, Input, Loaded, Schema>;

/** What a section loads: the type that its `shape` takes. */
export type LoadedOf<S> = S extends { readonly shape: (loaded: infer Loaded, ...rest: never[]) => unknown }
  ? Loaded
  : never;
