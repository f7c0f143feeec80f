import type { Name } from "../names.ts";
import { fieldsAt, isFields, listAt, resolved } from "@triptych/testing/played-service";
import type { Fields } from "@triptych/testing/played-service";

/** What a document says of credentials. */
export interface SeenSecurity {
  /** Each scheme: `token (http bearer)`. */
  readonly schemes: readonly string[];
  /** What a BFF declares for it: `bearer(setting("STOCK_TOKEN"))`; undefined where nothing fits. */
  readonly authenticate: string | undefined;
}

/**
 * Reads a document's security schemes (OpenAPI 3.1.1, "Security Scheme Object"). Of several, the
 * first that the document requires is written, else the first that can be.
 */
export function seenSecurity(document: Fields, name: Name): SeenSecurity {
  const declared = Object.entries(fieldsAt(fieldsAt(document, "components"), "securitySchemes")).map(
    ([key, scheme]) => ({ key, scheme: resolved(document, scheme) }),
  );
  const required = requirementsOf(document);
  const rank = ({ key }: { readonly key: string }): number =>
    required.includes(key) ? required.indexOf(key) : required.length;
  const written = declared
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap(({ scheme }) => authenticateFor(scheme, name) ?? []);
  return {
    schemes: declared.map(({ key, scheme }) => `${key} (${kindOf(scheme)})`),
    authenticate: written[0],
  };
}

/** The names of required schemes: of the document, else of its operations. */
function requirementsOf(document: Fields): readonly string[] {
  const operations = Object.values(fieldsAt(document, "paths")).flatMap((item) =>
    isFields(item) ? Object.values(item) : [],
  );
  return [document, ...operations].flatMap((holder) =>
    listAt(holder, "security").flatMap((requirement) =>
      isFields(requirement) ? Object.keys(requirement) : [],
    ),
  );
}

function kindOf(scheme: unknown): string {
  if (!isFields(scheme)) return "unknown";
  const { type, in: place, name, scheme: http } = scheme;
  if (type === "apiKey") return `${String(name)} in the ${String(place)}`;
  if (type === "http") return `http ${String(http)}`;
  if (type === "oauth2") return `oauth2 ${Object.keys(fieldsAt(scheme, "flows")).join(", ")}`;
  return String(type);
}

/** Undefined where they are no header, or are made by a handshake (digest, mutual TLS). */
function authenticateFor(scheme: unknown, { upper }: Name): string | undefined {
  if (!isFields(scheme)) return undefined;
  const token = `bearer(setting("${upper}_TOKEN"))`;
  const { type, in: place, name } = scheme;
  if (type === "apiKey")
    return place === "header" ? `apiKey(${JSON.stringify(name)}, setting("${upper}_KEY"))` : undefined;
  const http = String(scheme["scheme"]).toLowerCase();
  if (type === "http" && http === "basic")
    return `basic(setting("${upper}_USER"), setting("${upper}_PASSWORD"))`;
  if (type === "http") return http === "bearer" ? token : undefined;
  if (type !== "oauth2") return type === "openIdConnect" ? token : undefined;
  const { tokenUrl } = fieldsAt(fieldsAt(scheme, "flows"), "clientCredentials");
  if (typeof tokenUrl !== "string") return token;
  return `clientCredentials({ tokenEndpoint: ${JSON.stringify(tokenUrl)}, clientId: "…", clientSecret: setting("${upper}_SECRET") })`;
}
