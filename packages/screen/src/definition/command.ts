import type { Static, TSchema } from "typebox";
import type { AnyScreen, ParamNames, Screen, Sections } from "./screen.ts";
import type { TryLoad, LoadedOf, ScreenInput } from "./section.ts";

/** What a command's request says, besides what a screen's does. */
export type CommandInput<Names extends string, Body> = ScreenInput<Names> & {
  readonly body: Body;
  /** The same key again must not do the work again: it goes to the service that does the work. */
  readonly idempotencyKey: string;
};

/**
 * One thing that a client can do from a screen: `POST` with an `Idempotency-Key` and a JSON body, or a plain form of the page. It
 * answers the screen as it is after the work; to a form it answers a redirect there.
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
  readonly summary: string;
  /** From the request's arrival, for the work and the screen after it, milliseconds. */
  readonly deadlineMs: number;
  readonly body: Body;
  /** Does the work, and gives what the answered section would load after it. */
  readonly run: (
    clients: Clients,
    input: CommandInput<ParamNames<Path>, Static<Body>>,
    tryLoad: TryLoad<Clients>,
  ) => Promise<LoadedOf<S[Name]>>;
  readonly answer: { readonly screen: Screen<string, S>; readonly section: Name };
  /** Where a browser that sent a plain form goes after the work, below the app's prefix. Without it there is no form. */
  readonly redirectTo?: (params: Readonly<Record<ParamNames<Path>, string>>) => string;
};

/** Any command of an app, for code that runs them all alike. */
export type AnyCommand<Clients> = {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly deadlineMs: number;
  readonly body: TSchema;
  readonly run: (clients: Clients, input: never, tryLoad: TryLoad<Clients>) => Promise<unknown>;
  readonly answer: { readonly screen: AnyScreen<Clients>; readonly section: string };
  readonly redirectTo?: ((params: never) => string) | undefined;
};
