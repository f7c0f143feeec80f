import type { TSchema } from "typebox";
import type { Command } from "./command.ts";
import type { Degraded } from "./degraded.ts";
import type { AnyPageView, PageView } from "./page-view.ts";
import type {
  OptionalSection,
  RequiredSection,
  ScreenInput,
  Section,
  SectionDefinition,
  Shaped,
} from "./section.ts";

/** What a screen may cost. The deadline holds at run time, the others in the tests. */
export type Budget = {
  /** From the request's arrival, shared by all of its calls, milliseconds. */
  readonly deadlineMs: number;
  /** Upstream calls of one request in which nothing fails. */
  readonly upstreamCalls: number;
  /** Size of the JSON answer, uncompressed, bytes. */
  readonly bytes: number;
};

/** The names of a path's parameters: `"orderId"` for `/orders/:orderId`. */
export type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A screen's sections by name. What each of them loads is its own affair. */
export type Sections<Clients, Input> = Readonly<Record<string, Section<Clients, Input, never>>>;

/** The answer's members, one per section, by the sections' schemas. */
export type SectionData<S extends Sections<never, never>> = {
  readonly [Name in keyof S]: Shaped<S[Name]["schema"]>;
};

/** The JSON that a screen answers. */
export type ScreenAnswer<S extends Sections<never, never>> = SectionData<S> & {
  readonly degraded: readonly Degraded[];
};

/** One screen: the one description from which its route, types, whitelist, metrics and documents come. */
export type Screen<Path extends string, S extends Sections<never, never>> = {
  /** A label of metrics, logs and documents; unique in its app. */
  readonly name: string;
  /** Below the app's prefix, in Express's form: `/orders/:orderId`. */
  readonly path: Path;
  readonly summary: string;
  readonly budget: Budget;
  readonly sections: S;
  /** The screen as a page, for clients that accept `text/html`. */
  readonly page?: PageView<SectionData<S>>;
};

/** Any screen of an app, for code that runs them all alike. */
export type AnyScreen<Clients> = {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly budget: Budget;
  readonly sections: Sections<Clients, never>;
  readonly page?: AnyPageView | undefined;
};

/** The functions that an app's screens are written with, bound to the clients that its sections may call. */
export type ScreenFunctions<Clients> = {
  readonly screen: <
    const Path extends string,
    const S extends Sections<Clients, ScreenInput<ParamNames<Path>>>,
  >(
    definition: Screen<Path, S>,
  ) => Screen<Path, S>;
  readonly command: <
    const Path extends string,
    Body extends TSchema,
    S extends Sections<Clients, never>,
    Name extends keyof S & string,
  >(
    definition: Command<Clients, Path, Body, S, Name>,
  ) => Command<Clients, Path, Body, S, Name>;
  readonly required: <Loaded, S extends TSchema, Input = ScreenInput>(
    definition: SectionDefinition<Clients, Input, Loaded, S>,
  ) => RequiredSection<Clients, Input, Loaded, S>;
  readonly optional: <Loaded, S extends TSchema, Input = ScreenInput>(
    definition: SectionDefinition<Clients, Input, Loaded, S> & { readonly fallback: Shaped<S> },
  ) => OptionalSection<Clients, Input, Loaded, S>;
};

export function defineScreens<Clients>(): ScreenFunctions<Clients> {
  return {
    screen: (definition) => definition,
    command: (definition) => definition,
    required: (definition) => ({ kind: "required", ...definition }),
    optional: (definition) => ({ kind: "optional", ...definition }),
  };
}
