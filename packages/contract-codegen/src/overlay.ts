import { jsonpath } from "json-p3";
import { ContractError } from "./contract-error.ts";
import { isJsonArray, isJsonObject, mapMembers, own } from "./json.ts";
import type { Json } from "./json.ts";

/** The document after an overlay, and the targets that select nothing. */
export type Overlaid = { readonly root: Json; readonly unmatched: readonly string[] };

/**
 * Applies the actions of an overlay to a document, in their order (OpenAPI Overlay 1.0, section
 * 4.4).
 *
 * @param source the overlay's file, for messages
 * @throws ContractError when it is no overlay, or an action cannot be done
 */
export function overlaid(document: Json, source: string, overlay: Json): Overlaid {
  const version = own(overlay, "overlay");
  if (typeof version !== "string" || !/^1\.\d+\.\d+/.test(version))
    throw new ContractError(`${source}: expected overlay: 1.0.0, got ${JSON.stringify(version)}`);
  const actions = own(overlay, "actions");
  if (!isJsonArray(actions) || actions.length === 0)
    throw new ContractError(`${source}: expected actions, a list with one entry or more`);
  const unmatched: string[] = [];
  let root = document;
  for (const [index, action] of actions.entries()) {
    const place = `${source}: action ${index + 1}`;
    const target = own(action, "target");
    if (typeof target !== "string") throw new ContractError(`${place} has no target`);
    const places = selected(root, target, place);
    if (places.length === 0) unmatched.push(`${place} does nothing: ${target} selects nothing`);
    const update = own(action, "update");
    const isRemoval = own(action, "remove") === true;
    if (update === undefined && !isRemoval)
      throw new ContractError(`${place} must have an update, or remove: true`);
    // From the last to the first, as removing an item moves those after it.
    for (const location of places.toReversed()) {
      if (isRemoval && location.length === 0) throw new ContractError(`${place} removes the whole document`);
      root = changed(root, location, (value) =>
        isRemoval ? undefined : updated(value, update ?? null, place),
      );
    }
  }
  return { root, unmatched };
}

type Location = readonly (string | number)[];

function selected(root: Json, target: string, place: string): readonly Location[] {
  try {
    return [...jsonpath.query(target, JSON.parse(JSON.stringify(root)))].map(({ location }) => location);
  } catch (error) {
    throw new ContractError(`${place}: ${target} is not a JSONPath of RFC 9535 (${String(error)})`, {
      cause: error,
    });
  }
}

/** The value with a change at one place in it; undefined removes what is there. */
function changed(value: Json, [key, ...rest]: Location, change: (there: Json) => Json | undefined): Json {
  if (key === undefined) return change(value) ?? null;
  const inner = (there: Json): readonly Json[] => {
    const result = rest.length === 0 ? change(there) : changed(there, rest, change);
    return result === undefined ? [] : [result];
  };
  if (isJsonArray(value)) return value.flatMap((item, index) => (index === key ? inner(item) : [item]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      (name === key ? inner(member) : [member]).map((kept) => [name, kept]),
    ),
  );
}

/** Objects are merged, lists get the update as another item (Overlay 1.0, "Action Object"). */
function updated(value: Json, update: Json, place: string): Json {
  if (isJsonArray(value)) return [...value, update];
  if (isJsonObject(value)) return merged(value, update);
  throw new ContractError(
    `${place}: its target is ${JSON.stringify(value)}, but only an object or a list can be updated`,
  );
}

function merged(value: Json | undefined, update: Json): Json {
  if (isJsonArray(value) && isJsonArray(update)) return [...value, ...update];
  if (!isJsonObject(value) || !isJsonObject(update)) return update;
  return { ...value, ...mapMembers(update, (member, name) => merged(own(value, name), member)) };
}
