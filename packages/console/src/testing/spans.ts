import { PbfWriter } from "pbf";

/** A span as a test writes it. Times are ms from the trace's start. */
export interface TestSpan {
  readonly id: string;
  readonly parent?: string;
  readonly name?: string;
  readonly kind?: "internal" | "server" | "client";
  readonly service?: string;
  readonly trace?: string;
  readonly start?: number;
  readonly end?: number;
  readonly failed?: boolean;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** The instant of a test trace's start, epoch ms. */
export const BEGIN = Date.UTC(2026, 0, 1, 12);

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const TRACE = "0af7651916cd43dd8448eb211c80319c";

const hex = (text: string, length: number): string =>
  Buffer.from(text).toString("hex").padEnd(length, "0").slice(0, length);
const spanId = (id: string): string => hex(id, 16);
const nanos = (ms: number): bigint =>
  BigInt(BEGIN + Math.floor(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1e6));

/** The spans as OTLP's JSON. */
export function otlpJson(spans: readonly TestSpan[]): string {
  const resourceSpans = spans.map((span) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: span.service ?? "web-bff" } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId: span.trace ?? TRACE,
            spanId: spanId(span.id),
            ...(span.parent === undefined ? {} : { parentSpanId: spanId(span.parent) }),
            name: span.name ?? span.id,
            kind: KINDS[span.kind ?? "internal"],
            startTimeUnixNano: String(nanos(span.start ?? 0)),
            endTimeUnixNano: String(nanos(span.end ?? 100)),
            status: span.failed === true ? { code: 2 } : {},
            attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({
              key,
              value: anyValue(value),
            })),
          },
        ],
      },
    ],
  }));
  return JSON.stringify({ resourceSpans });
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** The same in protobuf. */
export function otlpProtobuf(spans: readonly TestSpan[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const span of spans) {
    pbf.writeMessage(
      1,
      (_, resourceSpans) => {
        resourceSpans.writeMessage(
          1,
          (__, resource) => writeAttribute(resource, 1, "service.name", span.service ?? "web-bff"),
          undefined,
        );
        resourceSpans.writeMessage(2, (__, scope) => scope.writeMessage(2, writeSpan, span), undefined);
      },
      undefined,
    );
  }
  return pbf.finish();
}

function writeSpan(span: TestSpan, pbf: PbfWriter): void {
  pbf.writeBytesField(1, Buffer.from(span.trace ?? TRACE, "hex"));
  pbf.writeBytesField(2, Buffer.from(spanId(span.id), "hex"));
  if (span.parent !== undefined) pbf.writeBytesField(4, Buffer.from(spanId(span.parent), "hex"));
  pbf.writeStringField(5, span.name ?? span.id);
  pbf.writeVarintField(6, KINDS[span.kind ?? "internal"]);
  pbf.writeFixed64Field(7, Number(nanos(span.start ?? 0)));
  pbf.writeFixed64Field(8, Number(nanos(span.end ?? 100)));
  for (const [key, value] of Object.entries(span.attributes ?? {})) writeAttribute(pbf, 9, key, value);
  if (span.failed === true) pbf.writeMessage(15, (_, status) => status.writeVarintField(3, 2), undefined);
}

function writeAttribute(pbf: PbfWriter, field: number, key: string, value: string | number | boolean): void {
  pbf.writeMessage(
    field,
    (_, attribute) => {
      attribute.writeStringField(1, key);
      attribute.writeMessage(
        2,
        (__, any) => {
          if (typeof value === "string") any.writeStringField(1, value);
          else if (typeof value === "boolean") any.writeBooleanField(2, value);
          else if (Number.isInteger(value)) any.writeVarintField(3, value);
          else any.writeDoubleField(4, value);
        },
        undefined,
      );
    },
    undefined,
  );
}

/** A home page behind the gateway whose recommendations were retried and then failed. */
export const HOME_PAGE: readonly TestSpan[] = [
  {
    id: "gate",
    service: "gateway",
    kind: "server",
    name: "GET web",
    start: 0,
    end: 420,
    attributes: {
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "triptych.screen": "web",
      "triptych.outcome": "degraded",
    },
  },
  {
    id: "page",
    parent: "gate",
    kind: "server",
    name: "GET home-page",
    start: 5,
    end: 415,
    attributes: {
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "triptych.screen": "home-page",
      "triptych.request_id": "req-1",
      "triptych.outcome": "degraded",
    },
  },
  {
    id: "prof",
    parent: "page",
    start: 6,
    end: 40,
    attributes: { "triptych.section": "profile", "triptych.outcome": "ok" },
  },
  {
    id: "recs",
    parent: "page",
    start: 6,
    end: 410,
    attributes: {
      "triptych.section": "recommendations",
      "triptych.outcome": "fallback",
      "triptych.reason": "unavailable",
    },
  },
  {
    id: "me",
    parent: "prof",
    kind: "client",
    name: "users.getMe",
    start: 7,
    end: 38,
    attributes: {
      "service.peer.name": "users",
      "server.address": "127.0.0.1",
      "server.port": 9001,
      "http.response.status_code": 200,
      "http.response.body.size": 1905,
      "triptych.cache": "miss",
      "triptych.wait_ms": 28.5,
    },
  },
  {
    id: "me2",
    parent: "recs",
    name: "users.getMe",
    start: 7,
    end: 38,
    attributes: {
      "service.peer.name": "users",
      "triptych.cache": "coalesced",
      "triptych.section": "recommendations",
    },
  },
  {
    id: "try1",
    parent: "recs",
    kind: "client",
    name: "recommendations.list",
    start: 40,
    end: 200,
    failed: true,
    attributes: {
      "service.peer.name": "recommendations",
      "http.response.status_code": 503,
      "error.type": "unavailable",
      "triptych.attempt.kind": "first",
    },
  },
  {
    id: "try2",
    parent: "recs",
    kind: "client",
    name: "recommendations.list",
    start: 240,
    end: 410,
    failed: true,
    attributes: {
      "service.peer.name": "recommendations",
      "http.response.status_code": 503,
      "error.type": "unavailable",
      "http.request.resend_count": 1,
      "triptych.attempt.kind": "retry",
    },
  },
];
