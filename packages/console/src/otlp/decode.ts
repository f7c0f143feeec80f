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

type Value = string | number | boolean | undefined;
type Draft = { -readonly [Name in keyof Span]: Span[Name] } & {
  attributes: Map<string, string | number | boolean>;
};

const ERROR_STATUS = 2;
/** As OpenTelemetry's own `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`. */
const MAX_ATTRIBUTES = 128;
/** Longer texts are cut: spans are kept, and any program may send some. Characters. */
const MAX_TEXT = 2_048;

/** A copy where it is cut: a part of a text keeps all of it in memory. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : Buffer.from(text.slice(0, MAX_TEXT)).toString();
}

function put(attributes: Draft["attributes"], key: string, value: string | number | boolean): void {
  if (attributes.size >= MAX_ATTRIBUTES) return;
  attributes.set(key, typeof value === "string" ? cut(value) : value);
}

function draft(service: string): Draft {
  const attributes = new Map<string, string | number | boolean>();
  return {
    traceId: "",
    spanId: "",
    parentId: "",
    name: "",
    service,
    kind: 0,
    start: 0,
    end: 0,
    failed: false,
    attributes,
  };
}

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

function attributesOf(entries: readonly unknown[]): Map<string, string | number | boolean> {
  const attributes = new Map<string, string | number | boolean>();
  for (const entry of entries) {
    const value = member(entry, "value");
    const found = ["stringValue", "boolValue", "doubleValue"]
      .map((kind) => member(value, kind))
      .find(isValue);
    const integer = member(value, "intValue");
    const read = found ?? (integer === undefined ? undefined : Number(integer));
    if (read !== undefined) put(attributes, textOf(entry, "key"), read);
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

/**
 * Reads the same message in protobuf. The field numbers are those of opentelemetry-proto 1.x,
 * `collector/trace/v1` and `trace/v1`.
 * @throws OtlpError
 */
export function spansOfProtobuf(bytes: Uint8Array): readonly Span[] {
  try {
    const spans: Draft[] = [];
    new PbfReader(bytes).readFields((tag, _, pbf) => {
      if (tag === 1) readResourceSpans(pbf, spans);
    }, undefined);
    return spans;
  } catch (cause) {
    throw new OtlpError("the body is no ExportTraceServiceRequest in protobuf", { cause });
  }
}

function readResourceSpans(pbf: PbfReader, spans: Draft[]): void {
  const own: Draft[] = [];
  const resource = new Map<string, string | number | boolean>();
  pbf.readMessage((tag) => {
    if (tag === 1) pbf.readMessage((inner) => void (inner === 1 && readAttribute(pbf, resource)), undefined);
    if (tag === 2) pbf.readMessage((inner) => void (inner === 2 && own.push(readSpan(pbf))), undefined);
  }, undefined);
  const service = String(resource.get("service.name") ?? "unknown");
  for (const span of own) spans.push(Object.assign(span, { service }));
}

function readSpan(pbf: PbfReader): Draft {
  const hex = (): string => cut(Buffer.from(pbf.readBytes()).toString("hex"));
  return pbf.readMessage((tag, span) => {
    if (tag === 1) span.traceId = hex();
    else if (tag === 2) span.spanId = hex();
    else if (tag === 4) span.parentId = hex();
    else if (tag === 5) span.name = cut(pbf.readString());
    else if (tag === 6) span.kind = pbf.readVarint();
    else if (tag === 7) span.start = pbf.readFixed64() / 1e6;
    else if (tag === 8) span.end = pbf.readFixed64() / 1e6;
    else if (tag === 9) readAttribute(pbf, span.attributes);
    else if (tag === 15) {
      pbf.readMessage(
        (inner) => void (inner === 3 && (span.failed = pbf.readVarint() === ERROR_STATUS)),
        undefined,
      );
    }
  }, draft("unknown"));
}

function readAttribute(pbf: PbfReader, attributes: Map<string, string | number | boolean>): void {
  let key = "";
  let value: Value;
  pbf.readMessage((tag) => {
    if (tag === 1) key = cut(pbf.readString());
    if (tag !== 2) return;
    pbf.readMessage((kind) => {
      if (kind === 1) value = pbf.readString();
      else if (kind === 2) value = pbf.readBoolean();
      else if (kind === 3) value = pbf.readVarint(true);
      else if (kind === 4) value = pbf.readDouble();
    }, undefined);
  }, undefined);
  if (value !== undefined) put(attributes, key, value);
}
