import type { Static, TSchema } from "typebox";
import type { DatedChange } from "./dated-change.ts";

/** What a screen's request says: its path parameters, checked already, and what the client tells of its device. */
export type ScreenInput<ParamNames extends string = never> = {
  readonly params: { readonly [Name in ParamNames]: string };
  readonly device: Device;
};

/** What a client tells of the device that will show the screen. */
export type Device = {
  /** Device pixels per CSS pixel, 1 to 4: `?dpr=`, else `Sec-CH-DPR`, else 1. */
  readonly pixelRatio: number;
};

/** What a schema describes, as it may come from a service's answer: nobody changes it on its way through. */
export type Shaped<Schema extends TSchema> = DeepReadonly<Static<Schema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/**
 * Loads a part that the section can be shown without. If the part fails, or takes longer than
 * `deadlineMs` (milliseconds from now), the result is undefined and the section is listed in `degraded`.
 */
export type TryLoad<Clients> = <Part>(
  load: (clients: Clients) => Promise<Part>,
  options: { readonly deadlineMs: number },
) => Promise<Part | undefined>;

/** How a section is written down in a screen. */
export type SectionDefinition<Clients, Input, Loaded, Schema extends TSchema> = {
  /** The section's part of the answer. Only the fields that it names leave the process. */
  readonly schema: Schema;
  /** A shorter deadline than the screen's, in milliseconds from the start of the section. */
  readonly deadlineMs?: number;
  /** Fetches what the section needs; all sections' loads start together, a dependent call is a plain `await`. */
  readonly load: (clients: Clients, input: Input, tryLoad: TryLoad<Clients>) => Promise<Loaded>;
  /** Turns what was loaded into what the client shows. Must not change what it gets: others may share it. */
  readonly shape: (loaded: Loaded, input: Input) => Shaped<Schema>;
  /** Older shapes that released clients still expect, the newest change first. */
  readonly changes?: readonly DatedChange<Loaded>[];
};

/** A section's form when it is part of a screen. What it loads is between its `load` and its `shape`. */
type Common<Clients, Input, Loaded, Schema extends TSchema> = Omit<
  SectionDefinition<Clients, Input, Loaded, Schema>,
  "load"
> & {
  readonly load: (clients: Clients, input: Input, tryLoad: TryLoad<Clients>) => Promise<unknown>;
};

/** Without this section there is no screen: when it fails, the screen answers a problem that names it. */
export type RequiredSection<Clients, Input, Loaded, Schema extends TSchema> = Common<
  Clients,
  Input,
  Loaded,
  Schema
> & {
  readonly kind: "required";
};

/** The client can do without this section: when it fails, the fallback stands in and `degraded` says so. */
export type OptionalSection<Clients, Input, Loaded, Schema extends TSchema> = Common<
  Clients,
  Input,
  Loaded,
  Schema
> & {
  readonly kind: "optional";
  readonly fallback: Shaped<Schema>;
};

export type Section<Clients, Input, Loaded, Schema extends TSchema = TSchema> =
  | RequiredSection<Clients, Input, Loaded, Schema>
  | OptionalSection<Clients, Input, Loaded, Schema>;

/** What a section loads: what its `shape` takes. */
export type LoadedOf<S> = S extends { readonly shape: (loaded: infer Loaded, ...rest: never[]) => unknown }
  ? Loaded
  : never;
