import type { Static, TSchema } from "typebox";
import type { Degraded } from "./degraded.ts";
import type { AnyPageView, PageView } from "./page-view.ts";
import { optional, required } from "./section.ts";
import type { OptionalSection, RequiredSection, ScreenInput, Section, SectionForm } from "./section.ts";

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

type Schemas = Readonly<Record<string, TSchema>>;

/** The answer's members, one per section, by the sections' schemas. */
export type SectionData<S extends Schemas> = { readonly [Name in keyof S]: Static<S[Name]> };

/** The JSON that a screen answers. */
export type ScreenAnswer<S extends Schemas> = SectionData<S> & { readonly degraded: readonly Degraded[] };

/** One screen: the one description from which its route, types, whitelist, metrics and documents come. */
export type Screen<Clients, Path extends string, S extends Schemas> = {
  /** A label of metrics, logs and documents; unique in its app. */
  readonly name: string;
  /** Below the app's prefix, in Express's form: `/orders/:orderId`. */
  readonly path: Path;
  readonly summary: string;
  readonly budget: Budget;
  readonly sections: { readonly [Name in keyof S]: Section<Clients, ScreenInput<ParamNames<Path>>, S[Name]> };
  /** The screen as a page, for clients that accept `text/html`. */
  readonly page?: PageView<SectionData<S>>;
};

/** Any screen of an app, for code that runs them all alike. */
export type AnyScreen<Clients> = {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly budget: Budget;
  readonly sections: Readonly<Record<string, Section<Clients, never>>>;
  readonly page?: AnyPageView | undefined;
};

/** The functions that an app's screens are written with, bound to the clients that its sections may call. */
export type ScreenForm<Clients> = {
  readonly screen: <const Path extends string, const S extends Schemas>(
    form: Screen<Clients, Path, S>,
  ) => Screen<Clients, Path, S>;
  readonly required: <Loaded, S extends TSchema, Input = ScreenInput>(
    form: SectionForm<Clients, Input, Loaded, S>,
  ) => RequiredSection<Clients, Input, S>;
  readonly optional: <Loaded, S extends TSchema, Input = ScreenInput>(
    form: SectionForm<Clients, Input, Loaded, S> & { readonly fallback: Static<S> },
  ) => OptionalSection<Clients, Input, S>;
};

export function screenForm<Clients>(): ScreenForm<Clients> {
  return { screen: (form) => form, required, optional };
}
