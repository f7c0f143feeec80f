import { ordersOf } from "./fixtures/orders.ts";
import { PRODUCT_IDS } from "./fixtures/products.ts";
import { USER_IDS } from "./fixtures/users.ts";

/**
 * A screen, as far as tests of all screens need to know it: those of `@triptych/screen` are such.
 */
export type TestedScreen = {
  readonly name: string;
  /** Below the app's prefix, in Express's syntax. */
  readonly path: string;
  readonly query?:
    | { readonly properties: Readonly<Record<string, object>>; readonly required?: readonly string[] }
    | undefined;
  readonly budget: { readonly deadlineMs: number };
  readonly sections: Readonly<
    Record<
      string,
      { readonly kind: "required" | "optional"; readonly deadlineMs?: number; readonly fallback?: unknown }
    >
  >;
  /** Whether browsers can see it. */
  readonly page?: object | undefined;
};

/** The values of parameters, by their name, that make sense for a user. */
export type ParameterValues = Readonly<Record<string, (user: string) => readonly string[]>>;

/** What the stub services know. */
const VALUES: ParameterValues = {
  orderId: (user) => ordersOf(user).map(({ id }) => id),
  // Each user looks at one, so that all are seen once.
  productId: (user) => [PRODUCT_IDS[USER_IDS.indexOf(user)] ?? "lamp"],
};

/**
 * The addresses at which this user can see a screen: with every value of its path's parameters and
 * of the query's required ones.
 * @param more values of parameters that the stub services do not know
 * @throws TypeError for a parameter without values
 */
export function pathsOf(
  prefix: string,
  { name, path, query }: TestedScreen,
  user: string,
  more: ParameterValues = {},
): readonly string[] {
  const valuesOf = (parameter: string): readonly string[] => {
    const values = more[parameter] ?? VALUES[parameter];
    if (values !== undefined) return values(user).map(encodeURIComponent);
    throw new TypeError(
      `${name}: no value is known for ${parameter}: give it values in packages/domain-clients/src/testing/visits.ts`,
    );
  };
  const inPath = Array.from(path.matchAll(/:(\w+)/g), ([, parameter = ""]) => parameter);
  const inQuery = (query?.required ?? []).filter(
    (parameter) => !("default" in (query?.properties[parameter] ?? {})),
  );
  let paths: readonly string[] = [`${prefix}${path}`];
  for (const parameter of inPath)
    paths = paths.flatMap((one) => valuesOf(parameter).map((value) => one.replace(`:${parameter}`, value)));
  for (const parameter of inQuery)
    paths = paths.flatMap((one) =>
      valuesOf(parameter).map((value) => `${one}${one.includes("?") ? "&" : "?"}${parameter}=${value}`),
    );
  return paths;
}

/** Every look that a user of the fixtures can take at one of these screens. */
export function visitsTo<Screen extends TestedScreen>(
  prefix: string,
  screens: readonly Screen[],
  more: ParameterValues = {},
): readonly { readonly screen: Screen; readonly user: string; readonly path: string }[] {
  return screens.flatMap((screen) =>
    USER_IDS.flatMap((user) => pathsOf(prefix, screen, user, more).map((path) => ({ screen, user, path }))),
  );
}
