import { ContractError, isObject, placeAt, pointerSegment } from "./document.ts";
import type { JsonObject } from "./document.ts";
import type { Check, Schemas } from "./schemas.ts";

/** What a contract says about an operation's body. */
export interface BodyRule {
  readonly required: boolean;
  /** By media type, in lower case, without parameters. `undefined`: any content of that type. */
  readonly content: ReadonlyMap<string, Check | undefined>;
}

/** @throws ContractError */
export function compileBody(schemas: Schemas, document: JsonObject, pointer: string): BodyRule {
  const { value, pointer: place } = placeAt(document, pointer);
  if (!isObject(value) || !isObject(value["content"])) throw new ContractError(`${pointer} has no content`);
  const content = new Map<string, Check | undefined>();
  for (const [type, media] of Object.entries(value["content"])) {
    const mediaType = type.toLowerCase().split(";", 1)[0]?.trim() ?? "";
    if (!/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(mediaType)) {
      throw new ContractError(`the media type "${type}" of ${pointer} cannot be checked: name one without *`);
    }
    const hasSchema = isObject(media) && media["schema"] !== undefined && isJson(mediaType);
    const schema = `${place}/content/${pointerSegment(type)}/schema`;
    content.set(mediaType, hasSchema ? schemas.json(schema) : undefined);
  }
  return { required: value["required"] === true, content };
}

function isJson(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}
