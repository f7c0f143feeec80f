import { PbfReader } from "pbf";

/** One span as the console reads it, from either encoding of OTLP. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentId: string;
  readonly name: string;
  /** `service.name` of the resource. */
  readonly service: string;
  /** 2 is a server's, 3 a client's (opentelemetry-proto, `Span.SpanKind`). */
  readonly kind: number;
  /** Epoch ms, with fractions. */
  readonly start: number;
  readonly end: number;
  /** Whether its status is ERROR. */
  readonly failed: boolean;
  readonly attributes: ReadonlyMap<string, string | number | boolean>;
}

/** An OTLP body that cannot be read. */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
  readonly code = "bad-otlp";
}

const ERROR_STATUS = 2;
/** As OpenTelemetry's own `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`. */
const MAX_ATTRIBUTES = 128;
/** Longer texts are cut: spans are kept, and any program may send some. Characters. */
const MAX_TEXT = 2_048;

/**
 * Reads an `ExportTraceServiceRequest` in JSON (OTLP/HTTP: ids in hex, 64-bit numbers as text).
 * @throws OtlpError
 */
export function spansOfJson(text: string): readonly Span[] {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch (cause) {
    throw new OtlpError("the body is not JSON", { cause });
  }
  return spansOf(request);
}

/**
 * Reads the same message in protobuf.
 * @throws OtlpError
 */
export function spansOfProtobuf(bytes: Uint8Array): readonly Span[] {
  const request = {};
  try {
    new PbfReader(bytes).readFields(readerOf(REQUEST), request);
  } catch (cause) {
    throw new OtlpError("the body is no ExportTraceServiceRequest in protobuf", { cause });
  }
  return spansOf(request);
}

function spansOf(request: unknown): readonly Span[] {
  return list(request, "resourceSpans").flatMap((resourceSpans) => {
    const resource = attributesOf(list(member(resourceSpans, "resource"), "attributes"));
    const service = String(resource.get("service.name") ?? "unknown");
    return list(resourceSpans, "scopeSpans").flatMap((scope) =>
      list(scope, "spans").map((span) => ({
        service,
        traceId: textOf(span, "traceId").toLowerCase(),
        spanId: textOf(span, "spanId").toLowerCase(),
        parentId: textOf(span, "parentSpanId").toLowerCase(),
        name: textOf(span, "name"),
        kind: kindOf(member(span, "kind")),
        start: Number(member(span, "startTimeUnixNano") ?? 0) / 1e6,
        end: Number(member(span, "endTimeUnixNano") ?? 0) / 1e6,
        failed: [ERROR_STATUS, "STATUS_CODE_ERROR"].some(
          (code) => code === member(member(span, "status"), "code"),
        ),
        attributes: attributesOf(list(span, "attributes")),
      })),
    );
  });
}

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (kind) => `SPAN_KIND_${kind}`,
);

/** The enum's number; some exporters write its name. */
function kindOf(kind: unknown): number {
  return typeof kind === "string" ? KINDS.indexOf(kind) : Number(kind ?? 0);
}

function attributesOf(entries: readonly unknown[]): Span["attributes"] {
  const attributes = new Map<string, string | number | boolean>();
  for (const entry of entries) {
    if (attributes.size >= MAX_ATTRIBUTES) break;
    const value = member(entry, "value");
    const found = ["stringValue", "boolValue", "doubleValue"]
      .map((kind) => member(value, kind))
      .find(isValue);
    const integer = member(value, "intValue");
    const told = found ?? (isValue(integer) ? Number(integer) : undefined);
    if (told !== undefined) attributes.set(textOf(entry, "key"), typeof told === "string" ? cut(told) : told);
  }
  return attributes;
}

function isValue(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

function textOf(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === "string" ? cut(found) : "";
}

/** A copy where it is cut: a part of a text keeps all of it in memory. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : Buffer.from(text.slice(0, MAX_TEXT)).toString();
}

type Read = (pbf: PbfReader) => unknown;

/** By a field's number: its name in JSON, how it is read, and whether there are several. */
type Message = Readonly<Record<number, readonly [name: string, read: Read, isList?: true]>>;

const text: Read = (pbf) => pbf.readString();
const hex: Read = (pbf) => Buffer.from(pbf.readBytes()).toString("hex");
const varint: Read = (pbf) => pbf.readVarint(true);
const fixed64: Read = (pbf) => pbf.readFixed64();

const VALUE = message({
  1: ["stringValue", text],
  2: ["boolValue", (pbf) => pbf.readBoolean()],
  3: ["intValue", varint],
  4: ["doubleValue", (pbf) => pbf.readDouble()],
});
const ATTRIBUTE = message({ 1: ["key", text], 2: ["value", VALUE] });
const SPAN = message({
  1: ["traceId", hex],
  2: ["spanId", hex],
  4: ["parentSpanId", hex],
  5: ["name", text],
  6: ["kind", varint],
  7: ["startTimeUnixNano", fixed64],
  8: ["endTimeUnixNano", fixed64],
  9: ["attributes", ATTRIBUTE, true],
  15: ["status", message({ 3: ["code", varint] })],
});
/** As in opentelemetry-proto 1.x, `collector/trace/v1` and `trace/v1`. */
const REQUEST: Message = {
  1: [
    "resourceSpans",
    message({
      1: ["resource", message({ 1: ["attributes", ATTRIBUTE, true] })],
      2: ["scopeSpans", message({ 2: ["spans", SPAN, true] }), true],
    }),
    true,
  ],
};

function message(fields: Message): Read {
  return (pbf) => pbf.readMessage(readerOf(fields), {});
}

/** Makes the object that JSON would be read as. */
function readerOf(fields: Message) {
  return (tag: number, into: Record<string, unknown>, pbf: PbfReader): void => {
    const field = fields[tag];
    if (field === undefined) return;
    const [name, read, isList] = field;
    const value = read(pbf);
    const before = into[name];
    if (isList === undefined) into[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else into[name] = [value];
  };
}
