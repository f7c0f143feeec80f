import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const CONTRACTS = join(import.meta.dirname, "../../contracts");

/**
 * What an app was promised, as its file says it, and a check of answers against it by another
 * validator than our own.
 */
export class PublishedContract {
  /** The app version that it was released with. */
  readonly version: string;
  /** The oldest app version that is answered. */
  readonly oldestVersion: string;
  readonly #paths: ReadonlySet<string>;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  /** @param file below `contracts` */
  constructor(file: string) {
    const document: unknown = JSON.parse(readFileSync(join(CONTRACTS, file), "utf8"));
    const info: unknown = Object(document).info;
    this.version = String(Object(info).version);
    this.oldestVersion = String(Object(info)["x-oldest-version"]);
    this.#paths = new Set(Object.keys(Object(Object(document).paths)));
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(Object(document), "contract");
  }

  /** Whether it has that path: `/mobile/orders/{orderId}`. */
  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /**
   * What is wrong with an answer's JSON; nothing, where it keeps to the contract.
   * @param path as in the document: `/mobile/orders/{orderId}`
   */
  violations(
    path: string,
    method: "get" | "post",
    status: number,
    mediaType: string,
    json: unknown,
  ): readonly string[] {
    const operation = `contract#/paths/${escape(path)}/${method}/responses`;
    const place =
      status === 200
        ? `${operation}/200/content/${escape(mediaType)}/schema`
        : `contract#/components/responses/Problem${status}/content/${escape(mediaType)}/schema`;
    const validate = this.#ajv.getSchema(place);
    if (validate === undefined) return [`the contract has no ${place}`];
    if (validate(json) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
  }
}

/** Every version that was ever released and is still supported, oldest first. */
export function releasedContracts(): readonly PublishedContract[] {
  return readdirSync(join(CONTRACTS, "released"))
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((file) => new PublishedContract(join("released", file)));
}

/** RFC 6901, section 3, within a URI's fragment. */
function escape(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
