import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { parse } from "yaml";

/** What in a JSON value breaks a schema of a published contract; undefined if nothing does. */
export type ContractCheck = (value: unknown) => string | undefined;

/** The checks of a service's contract. */
export interface Contract {
  /** The body of a 200 of `GET <path>` or `POST <path>`. */
  success(method: "get" | "post", path: string): ContractCheck;
  problem: ContractCheck;
}

/** Reads a service's contract. */
export function contractOf(service: "users" | "orders" | "recommendations" | "catalog"): Contract {
  const file = new URL(`../../../packages/domain-clients/contracts/${service}.openapi.yaml`, import.meta.url);
  const document: unknown = parse(readFileSync(file, "utf8"));
  if (typeof document !== "object" || document === null)
    throw new TypeError(`${file.pathname} is not an OpenAPI document`);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajvFormats.default(ajv);
  ajv.addSchema(document, service);
  const check = (pointer: string): ContractCheck => {
    const validate = ajv.compile({ $ref: `${service}#${pointer}` });
    return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors));
  };
  return {
    success: (method, path) =>
      check(`/paths/${escape(path)}/${method}/responses/200/content/${escape("application/json")}/schema`),
    problem: check(`/components/responses/Problem/content/${escape("application/problem+json")}/schema`),
  };
}

/** Escapes a part of a JSON pointer for a URI fragment (RFC 6901, 6). */
const escape = (part: string): string => encodeURIComponent(part.replaceAll("/", "~1"));
