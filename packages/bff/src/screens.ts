import { fileURLToPath } from "node:url";
import { admitsVisitors, mountScreens, parseVersion } from "@triptych/screen";
import type { AppVersion, ScreenSet } from "@triptych/screen";
import { PROBLEMS } from "@triptych/service-kit";
import type { Request } from "express";
import type { Answers } from "./define-bff.ts";

/** What a BFF of screens says of them. */
export interface ScreensOptions<Clients> extends ScreenSet<Clients> {
  /** The contract's title. */
  readonly title: string;
  /**
   * The client versions that are answered: `newest` is the contract's, older than `oldest` is
   * answered 426. Without `oldest` the client ships with the BFF and sends no version.
   */
  readonly versions: { readonly newest: AppVersion; readonly oldest?: AppVersion };
  /** The file that `npm run examples` writes: answers of a real run, shown in the contract. */
  readonly examples?: URL;
  /**
   * Whether this client should get a page's sections in document order. Asked for each request for
   * a screen with a page; it may throw a problem. Default: each section as it is ready.
   */
  readonly inDocumentOrder?: (req: Request) => boolean;
  /** The locale of the user who reads a page: its numbers, prices and days. Default: `en-GB`. */
  readonly readerLocale?: (clients: Clients) => Promise<string | undefined>;
}

/**
 * Answers with screens and commands, and describes them: routes, OpenAPI document and development
 * pages come from the same list.
 * @throws TypeError if the newest version does not know a section's newest shape, or if no client
 *   says a version, so that all would get the newest
 */
export function screens<Clients>(options: ScreensOptions<Clients>): Answers<Clients> {
  const { title, versions, examples, inDocumentOrder, readerLocale, ...mounted } = options;
  refuseUselessChanges(mounted.screens, versions);
  const contract: Answers<Clients>["contract"] = async (prefix, version = versions.newest) => {
    // Describing screens takes libraries that answering does not: they are loaded when needed.
    const { describeScreens, readExamples } = await import("@triptych/screen/describe");
    return describeScreens(mounted, {
      title,
      version,
      prefix,
      problems: PROBLEMS,
      ...(versions.oldest === undefined ? {} : { oldestVersion: versions.oldest }),
      ...(examples === undefined ? {} : { examples: readExamples(fileURLToPath(examples)) }),
    });
  };
  return {
    open: ({ clients, caller, arrivedAt, onMatch, report, formTokens, allowHttp, clock, random }) =>
      mountScreens(mounted, {
        clients,
        caller,
        arrivedAt,
        onMatch,
        report,
        formTokens,
        allowHttp,
        clock,
        random,
        ...(versions.oldest === undefined ? {} : { oldestVersion: versions.oldest }),
        ...(inDocumentOrder === undefined ? {} : { inDocumentOrder }),
        ...(readerLocale === undefined ? {} : { readerLocale }),
      }),
    screens: mounted.screens,
    admitsVisitors:
      mounted.screens.some(admitsVisitors) ||
      (mounted.downloads ?? []).some(({ needsUser }) => needsUser === false),
    contract,
    developmentPages: async (prefix, identityOf) => {
      const { contractDocs } = await import("@triptych/screen/docs");
      return contractDocs(await contract(prefix), prefix, identityOf);
    },
  };
}

/** Clients that say no version get the newest shapes, and the contract is that of `newest`. */
function refuseUselessChanges<Clients>(
  all: ScreenSet<Clients>["screens"],
  { newest, oldest }: ScreensOptions<Clients>["versions"],
): void {
  for (const { name, sections } of all) {
    for (const [section, { changes }] of Object.entries(sections)) {
      if (changes !== undefined && oldest === undefined) {
        throw new TypeError(
          `${name}: ${section} has dated changes, but versions.oldest is not set: clients that send no X-App-Version get the newest shape, so keep the old field beside the new one`,
        );
      }
      const until = changes?.shapeFor(parseVersion(newest))?.until.join(".");
      if (until === undefined) continue;
      throw new TypeError(
        `${name}: a change of ${section} is dated until ${until}, but versions.newest is ${newest}: raise that to ${until} or later`,
      );
    }
  }
}
