import type { Ids } from "@triptych/upstream-client";
import type { Static, TObject, TSchema } from "typebox";
import type { Shaped } from "../run/whitelist.ts";
import type { Degraded } from "./degraded.ts";
import type { AnyDownload, Download } from "./download.ts";
import type { AnyPageView, PageView } from "./page-view.ts";
import type {
  LoadedOf,
  NoQuery,
  OptionalSection,
  ParamNames,
  RequiredSection,
  ScreenInput,
  Section,
  SectionDefinition,
  TryLoad,
} from "./section.ts";

/** What a screen may cost. The deadline is enforced at run time, the rest by the screen's tests. */
export type Budget = {
  /** From the request's arrival, shared by all of its calls, in milliseconds. */
  readonly deadlineMs: number;
  /** Upstream calls of one request in which nothing fails. */
  readonly upstreamCalls: number;
  /** Size of the JSON answer before compression, in bytes. */
  readonly bytes: number;
};

/** A screen's sections by name. */
export type Sections<Clients, Input> = Readonly<Record<string, Section<Clients, Input, never>>>;

/** An answer's data: a member per section, typed by the section's schema. */
export type SectionData<S extends Sections<never, never>> = {
  readonly [Name in keyof S]: Shaped<S[Name]["schema"]>;
};

/** The JSON that a screen answers. */
export type ScreenAnswer<S extends Sections<never, never>> = SectionData<S> & {
  readonly degraded: readonly Degraded[];
};

/** One screen. Its route, types, whitelist, metrics and documents are all made from this. */
export type Screen<Path extends string, S extends Sections<never, never>, Query extends TObject = NoQuery> = {
  /** A label of metrics, logs and documents; unique in its app. */
  readonly name: string;
  /** Below the app's prefix, in Express's syntax: `/orders/:orderId`. */
  readonly path: Path;
  /** What the path's parameters may be: see `Ids` of the upstream client. Default `plain`. */
  readonly ids?: Ids;
  readonly summary: string;
  /** The query's parameters: plain values, lists of them, with `Type.Optional` or a `default`. */
  readonly query?: Query;
  readonly budget: Budget;
  readonly sections: S;
  /**
   * How long a cache between the gateway and the clients may keep a visitor's complete answer, in
   * seconds. Only where visitors get one; a user's is never kept there. Default: not at all.
   */
  readonly publicSeconds?: number;
  /** The screen as a page, for clients that accept `text/html`. */
  readonly page?: PageView<SectionData<S>>;
};

/** Any screen of an app, for code that treats all screens alike. */
export type AnyScreen<Clients> = {
  readonly name: string;
  readonly path: string;
  readonly ids?: Ids | undefined;
  readonly summary: string;
  readonly query?: TObject | undefined;
  readonly budget: Budget;
  readonly sections: Sections<Clients, never>;
  readonly publicSeconds?: number | undefined;
  readonly page?: AnyPageView | undefined;
};

/** What a command's request says: a screen's input, and what the client sends with it. */
export type CommandInput<Names extends string, Body> = ScreenInput<Names> & {
  readonly body: Body;
  /** Pass it on to the service that does the work: the same key twice does the work once. */
  readonly idempotencyKey: string;
};

/**
 * One thing that a client can do from a screen: a `POST` of JSON with an `Idempotency-Key`, or an
 * HTML form of the screen's page. JSON is answered with the screen as it is after the work, a form
 * with a redirect to it.
 */
export type Command<
  Clients,
  Path extends string,
  Body extends TSchema,
  S extends Sections<Clients, never>,
  Name extends keyof S & string,
> = {
  /** A label of metrics, logs and documents; unique in its app. */
  readonly name: string;
  readonly path: Path;
  /** As for a screen. */
  readonly ids?: Ids;
  readonly summary: string;
  /** From the request's arrival, for the work and the screen after it, in milliseconds. */
  readonly deadlineMs: number;
  readonly body: Body;
  /** Does the work, then returns what the answered section would load. */
  readonly run: (
    clients: Clients,
    input: CommandInput<ParamNames<Path>, Static<Body>>,
    tryLoad: TryLoad<Clients>,
  ) => Promise<LoadedOf<S[Name]>>;
  readonly answer: { readonly screen: Screen<string, S, TObject>; readonly section: Name };
  /**
   * Where a form's sender goes after the work, below the app's prefix. The parameters are
   * percent-encoded. Without it, forms are refused.
   */
  readonly redirectTo?: (params: Readonly<Record<ParamNames<Path>, string>>) => string;
};

/** Any command of an app, for code that treats all commands alike. */
export type AnyCommand<Clients> = {
  readonly name: string;
  readonly path: string;
  readonly ids?: Ids | undefined;
  readonly summary: string;
  readonly deadlineMs: number;
  readonly body: TSchema;
  readonly run: (clients: Clients, input: never, tryLoad: TryLoad<Clients>) => Promise<unknown>;
  readonly answer: { readonly screen: AnyScreen<Clients>; readonly section: string };
  readonly redirectTo?: ((params: never) => string) | undefined;
};

/** What an app answers: its screens, the commands that can be sent from them, and files. */
export type ScreenSet<Clients> = {
  readonly screens: readonly AnyScreen<Clients>[];
  readonly commands?: readonly AnyCommand<Clients>[];
  readonly downloads?: readonly AnyDownload<Clients>[];
};

/** The functions that an app's screens are written with. They only check types. */
export type ScreenFunctions<Clients> = {
  readonly screen: <
    const Path extends string,
    const S extends Sections<Clients, ScreenInput<ParamNames<Path>, Query>>,
    Query extends TObject = NoQuery,
  >(
    definition: Screen<Path, S, Query>,
  ) => Screen<Path, S, Query>;
  readonly command: <
    const Path extends string,
    Body extends TSchema,
    S extends Sections<Clients, never>,
    Name extends keyof S & string,
  >(
    definition: Command<Clients, Path, Body, S, Name>,
  ) => Command<Clients, Path, Body, S, Name>;
  readonly download: <const Path extends string>(
    definition: Download<Clients, Path>,
  ) => Download<Clients, Path>;
  readonly required: <Loaded, S extends TSchema, Input = ScreenInput>(
    definition: SectionDefinition<Clients, Input, Loaded, S>,
  ) => RequiredSection<Clients, NoInfer<Input>, Loaded, S>;
  readonly optional: <Loaded, S extends TSchema, Input = ScreenInput>(
    definition: SectionDefinition<Clients, Input, Loaded, S> & { readonly fallback: Shaped<S> },
  ) => OptionalSection<Clients, NoInfer<Input>, Loaded, S>;
};

/**
 * Binds `screen`, `command`, `download`, `required` and `optional` to the clients that an app's
 * sections call.
 */
export function defineScreens<Clients>(): ScreenFunctions<Clients> {
  return {
    screen: (definition) => definition,
    command: (definition) => definition,
    download: (definition) => definition,
    required: (definition) => ({ kind: "required", ...definition }),
    optional: (definition) => ({ kind: "optional", ...definition }),
  };
}

/** The data of a screen's sections: what its page is rendered from. */
export type DataOf<S extends { readonly sections: Sections<never, never> }> = SectionData<S["sections"]>;

/**
 * The same screen, which browsers can also see as a page. The page is written in a file of its own,
 * which knows the screen; the screen does not know its page.
 */
export function withPage<Path extends string, S extends Sections<never, never>, Query extends TObject>(
  screen: Screen<Path, S, Query>,
  page: PageView<SectionData<S>>,
): Screen<Path, S, Query> {
  return { ...screen, page };
}
