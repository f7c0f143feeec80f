import type { AppVersion } from "../definition/app-version.ts";
import type { Examples } from "./examples.ts";

/** What a document says of its app, and the screens cannot tell. */
export type AboutApp = {
  readonly title: string;
  /** Of the contract. Where screens carry dated changes: the app version whose shapes are described. */
  readonly version: AppVersion;
  /** Where the screens are mounted: `/mobile`. */
  readonly prefix: string;
  /** The oldest app version that is still answered, where there are released apps. */
  readonly oldestVersion?: AppVersion;
  /** Every problem that the app can answer, by its code. */
  readonly problems: Readonly<Record<string, { readonly status: number; readonly title: string }>>;
  /** Answers from a real run; what the shapes have outgrown is left out. */
  readonly examples?: Examples;
};
