import { CallScope } from "@triptych/upstream-client";
import { supportedLocale } from "../format.ts";
import { isServiceFailure, loadIn } from "./run-section.ts";
import type { ScreenRequest } from "./run-section.ts";

/** Milliseconds: a page in another locale's numbers is better than one that waits longer. */
const READER_MS = 300;

/**
 * The locale in which a page is written: the reader's, or `en-GB` where the service that knows it
 * fails or takes too long.
 * @throws what `load` throws because of a bug
 */
export function readerLocaleOf<Clients>(
  { context, clientsOf }: Pick<ScreenRequest<Clients>, "context" | "clientsOf">,
  load: (clients: Clients) => Promise<string | undefined>,
): Promise<string> {
  const scope = new CallScope(context, READER_MS, "reader");
  return new Promise((resolve, reject) => {
    loadIn(scope, clientsOf, load, {
      onLoaded({ value }) {
        scope.dispose();
        resolve(supportedLocale(typeof value === "string" ? value : undefined));
      },
      onFailed(error) {
        scope.dispose();
        if (isServiceFailure(error)) resolve(supportedLocale(undefined));
        else reject(error);
      },
    });
  });
}
