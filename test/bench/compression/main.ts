/**
 * `npm run bench:compression`: what each quality of brotli costs and saves on the JSON of real home pages, beside gzip: bytes, and
 * microseconds of CPU on one core. `packages/screen/src/http/coding.ts` takes its choice from here.
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { startStack } from "@triptych/cli/stack";
import { request } from "undici";

const USERS = Array.from({ length: 40 }, (_, index) => String(index + 1));
const BODIES = { "web-bff": "/web/home-page", "mobile-bff": "/mobile/home" } as const;
const QUALITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Above 9 a body takes milliseconds. */
const roundsAt = (quality: number): number => (quality > 9 ? 5 : 100);

const stack = await startStack({ ports: "free" });
try {
  for (const [bff, path] of Object.entries(BODIES)) {
    if (bff !== "web-bff" && bff !== "mobile-bff") continue;
    const bodies: Buffer[] = [];
    // One by one: a degraded answer, for which the machine was too busy, would be a smaller body.
    for (const user of USERS) bodies.push(await fetchBody(bff, path, user));
    const rows = [
      measure("plain", bodies, 100, (body) => body),
      measure("gzip", bodies, 100, (body) => gzipSync(body)),
      ...QUALITIES.flatMap((quality) => [
        measure(`br ${quality}`, bodies, roundsAt(quality), (body) => brotli(body, quality)),
        measure(`br ${quality}, window fits`, bodies, roundsAt(quality), (body) =>
          brotli(body, quality, true),
        ),
      ]),
    ];
    process.stdout.write(`\n${bff} ${path}, ${bodies.length} users\n`);
    for (const { name, bytes, micros } of rows) {
      process.stdout.write(
        `${name.padEnd(20)}${bytes.toFixed(0).padStart(7)} bytes${micros.toFixed(0).padStart(7)} µs\n`,
      );
    }
  }
} finally {
  await stack.stop();
}

async function fetchBody(bff: "web-bff" | "mobile-bff", path: string, user: string): Promise<Buffer> {
  const headers = { "x-identity": stack.identity(user, bff) };
  const { statusCode, body, headers: answered } = await request(`${stack.url(bff)}${path}`, { headers });
  const bytes = Buffer.from(await body.arrayBuffer());
  // Only a degraded answer has no ETag.
  if (statusCode !== 200 || answered["etag"] === undefined) {
    throw new Error(`${path} of user ${user} should be whole, it is ${statusCode}: ${bytes.toString()}`);
  }
  return bytes;
}

function brotli(body: Buffer, quality: number, fits = false): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_LGWIN } = constants;
  const window = fits
    ? Math.max(10, Math.ceil(Math.log2(body.length + 16)))
    : constants.BROTLI_DEFAULT_WINDOW;
  const params = {
    [BROTLI_PARAM_QUALITY]: quality,
    [BROTLI_PARAM_SIZE_HINT]: body.length,
    [BROTLI_PARAM_LGWIN]: window,
  };
  return brotliCompressSync(body, { params });
}

/** The means of one body: bytes when compressed, and CPU. */
function measure(
  name: string,
  bodies: readonly Buffer[],
  rounds: number,
  compress: (body: Buffer) => Buffer,
) {
  for (const body of bodies) compress(body);
  let bytes = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    for (const body of bodies) bytes += compress(body).length;
  }
  const { user, system } = process.cpuUsage(before);
  const times = rounds * bodies.length;
  return { name, bytes: bytes / times, micros: (user + system) / times };
}
