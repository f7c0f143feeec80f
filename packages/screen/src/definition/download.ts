import type { BinaryAnswer, Ids } from "@triptych/upstream-client";
import type { ParamNames, ScreenCaller } from "./section.ts";

/**
 * What a download is made from: the path's parameters, who asks, and the instant on the app's
 * clock.
 */
export type DownloadInput<Names extends string> = {
  readonly params: Readonly<Record<Names, string>>;
  readonly caller: ScreenCaller;
  readonly now: number;
};

/**
 * A file that a service has and a client gets: an invoice, a picture, an export. It streams, so it
 * takes no memory, and only as fast as the client takes it.
 */
export type Download<Clients, Path extends string> = {
  /** A label of metrics, logs and documents; unique in its app. */
  readonly name: string;
  readonly path: Path;
  /** As for a screen. */
  readonly ids?: Ids;
  readonly summary: string;
  /** From the request's arrival to the last byte, in milliseconds: longer than a screen's. */
  readonly deadlineMs: number;
  /** Whether a visitor without a login is refused. Default: true. */
  readonly needsUser?: boolean;
  /** What the file may be, such as `application/pdf`: of another type, it is not sent. */
  readonly mediaTypes: readonly string[];
  readonly load: (clients: Clients, input: DownloadInput<ParamNames<Path>>) => Promise<BinaryAnswer>;
  /** The name under which a browser saves it. Without it the browser may show the file. */
  readonly fileName?: (input: DownloadInput<ParamNames<Path>>) => string;
};

/** Any download of an app, for code that treats all downloads alike. */
export type AnyDownload<Clients> = Omit<Download<Clients, string>, "load" | "fileName"> & {
  readonly load: (clients: Clients, input: never) => Promise<BinaryAnswer>;
  readonly fileName?: ((input: never) => string) | undefined;
};
