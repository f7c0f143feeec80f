import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket, connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { request } from "undici";
import { FakeClock } from "@triptych/testing";
import { upstreamFailure } from "../testing/fake-upstreams.ts";
import { profileScreen } from "../testing/profile-screen.ts";
import { serveScreens } from "../testing/serve-screens.ts";

const GOOD = { profile: async () => ({ name: "Ada" }), orders: async () => [{ id: "o1" }] };
const HTML = { accept: "text/html" };

/** With their brackets: a nonce may contain the letters. */
const [ADA, O1] = [">Ada<", ">o1<"];

/** A page's pieces as they arrive, each in its own turn. */
async function piecesOf(body: AsyncIterable<Uint8Array>, onPiece: (sofar: string) => void): Promise<string> {
  let text = "";
  for await (const bytes of body) {
    text += Buffer.from(bytes).toString("utf8");
    onPiece(text);
  }
  return text;
}

test("sends the layout before any section is ready, then each section as it is ready, in any order", async () => {
  const profile = Promise.withResolvers<{ name: string }>();
  const orders = Promise.withResolvers<{ id: string }[]>();
  const answers = { profile: () => profile.promise, orders: () => orders.promise };
  await serveScreens([profileScreen], { answers, clock: new FakeClock() }, async ({ origin }) => {
    const { statusCode, headers, body } = await request(`${origin}/profile`, { headers: HTML });
    assert.equal(statusCode, 200);
    assert.equal(headers["cache-control"], "private, no-store");
    const page = await piecesOf(body, (sofar) => {
      if (!sofar.includes(O1)) orders.resolve([{ id: "o1" }]);
      else if (!sofar.includes(ADA)) profile.resolve({ name: "Ada" });
    });
    const at = (text: string) => page.indexOf(text);
    assert.match(
      page,
      /<main><\?start name="profile"><i>profile is coming<\/i><\?end><ul><\?start name="orders">/,
    );
    assert.ok(at(O1) > at("</main>") && at(ADA) > at(O1), "the later section of the layout came first");
    assert.match(page, /<template for="orders"><li>o1<\/li><\/template>/);
    assert.match(page, /<\/body><\/html>$/);
  });
});

test("sends the layout before it calls a service", async () => {
  const sockets: Socket[] = [];
  const onRequest = (message: unknown) => {
    if (typeof message !== "object" || message === null || !("socket" in message)) return;
    if (message.socket instanceof Socket) sockets.push(message.socket);
  };
  const unsent: unknown[] = [];
  const asked = () => {
    for (const { bytesWritten, writableLength } of sockets) unsent.push({ bytesWritten, writableLength });
  };
  const answers = {
    profile: async () => {
      asked();
      return { name: "Ada" };
    },
    orders: async () => [],
  };
  subscribe("http.server.request.start", onRequest);
  try {
    await serveScreens([profileScreen], { answers }, async ({ origin }) => {
      const { body } = await request(`${origin}/profile`, { headers: HTML });
      await body.dump();
    });
  } finally {
    unsubscribe("http.server.request.start", onRequest);
  }
  assert.equal(unsent.length, 1);
  assert.partialDeepStrictEqual(unsent, [{ writableLength: 0 }]);
  assert.notDeepEqual(unsent, [{ bytesWritten: 0, writableLength: 0 }]);
});

test("sends a crawler the sections in the document's order, without a script", async () => {
  const profile = Promise.withResolvers<{ name: string }>();
  const answers = { ...GOOD, profile: () => profile.promise };
  await serveScreens([profileScreen], { answers }, async ({ origin }) => {
    const { body } = await request(`${origin}/profile`, { headers: { ...HTML, "user-agent": "crawler" } });
    const page = await piecesOf(body, (sofar) => {
      assert.ok(!sofar.includes(O1) || sofar.includes(ADA), "a section waits for those above it");
      profile.resolve({ name: "Ada" });
    });
    assert.match(page, /<main><h1>Ada<\/h1><ul><li>o1<\/li><\/ul><\/main><\/body><\/html>$/);
    assert.doesNotMatch(page, /template|\?start|<script/);
  });
});

test("shows an error in the place of a required section that fails, and never cuts the document", async () => {
  for (const agent of ["crawler", "browser"]) {
    const answers = { ...GOOD, profile: async () => Promise.reject(upstreamFailure("unavailable")) };
    await serveScreens([profileScreen], { answers }, async ({ origin, reports }) => {
      const response = await request(`${origin}/profile`, { headers: { ...HTML, "user-agent": agent } });
      const page = await response.body.text();
      assert.equal(response.statusCode, 200);
      assert.match(
        page,
        /<!--screen-problem section="profile" code="upstream-unavailable"--><b>profile: upstream-unavailable<\/b>/,
      );
      assert.match(page, /<li>o1<\/li>/, "the other sections are there");
      assert.match(page, /<\/body><\/html>$/);
      assert.equal(response.trailers["screen-problem"], "upstream-unavailable; section=profile");
      assert.equal(response.trailers["screen-outcome"], "failed");
      assert.match(String(response.trailers["server-timing"]), /total;dur=/);
      assert.equal(reports[0]?.failures[0]?.section, "profile");
    });
  }
});

test("a view that throws costs only its own place, and is reported as a bug of ours", async () => {
  const broken = {
    ...profileScreen.page,
    sections: {
      ...profileScreen.page?.sections,
      orders: () => {
        throw new TypeError("broken view");
      },
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a page put together by hand, to break it
  const screen = { ...profileScreen, page: broken as typeof profileScreen.page & {} };
  await serveScreens([screen], { answers: GOOD }, async ({ origin, reports }) => {
    const { body } = await request(`${origin}/profile`, { headers: HTML });
    assert.match(await body.text(), /<b>orders: internal<\/b>.*<\/body><\/html>$/s);
    assert.equal(reports[0]?.failures[0]?.bug, true);
  });
});

test("allows only its own nonce, a new one for each response", async () => {
  await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
    const nonces = new Set<string>();
    for (let times = 0; times < 2; times += 1) {
      const { headers, body } = await request(`${origin}/profile`, { headers: HTML });
      const nonce = /script-src 'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
      const inPage = [...(await body.text()).matchAll(/nonce="([^"]+)"/g)].map((match) => match[1]);
      assert.ok(inPage.length >= 4);
      assert.deepEqual(new Set(inPage), new Set([nonce]));
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 2);
  });
});

test("flushes each piece through the compression", async () => {
  for (const [coding, decode] of [
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const) {
    const profile = Promise.withResolvers<{ name: string }>();
    const answers = { ...GOOD, profile: () => profile.promise };
    await serveScreens([profileScreen], { answers }, async ({ origin }) => {
      const { headers, body } = await request(`${origin}/profile`, {
        headers: { ...HTML, "accept-encoding": coding },
      });
      assert.equal(headers["content-encoding"], coding);
      const bytes: Uint8Array[] = [];
      for await (const piece of body) {
        bytes.push(piece);
        // Were a piece held back until the end, the profile would never be given and this would
        // never end.
        if (bytes.length === 2) profile.resolve({ name: "Ada" });
      }
      const page = decode(Buffer.concat(bytes)).toString("utf8");
      assert.match(page, /<h1>Ada<\/h1>.*<\/body><\/html>$/s);
    });
  }
});

test("gives the whole page to a client of HTTP/1.0, which has no trailers", async () => {
  for (const encoding of ["identity", "gzip"]) {
    await serveScreens([profileScreen], { answers: GOOD }, async ({ origin }) => {
      const socket = connect(Number(new URL(origin).port), "127.0.0.1");
      const accepts = `Accept: text/html\r\nAccept-Encoding: ${encoding}\r\nUser-Agent: crawler`;
      socket.write(`GET /profile HTTP/1.0\r\n${accepts}\r\n\r\n`);
      socket.setEncoding("latin1");
      const answer = await text(socket);
      const bodyAt = answer.indexOf("\r\n\r\n") + 4;
      const head = answer.slice(0, bodyAt);
      assert.match(head, /^HTTP\/1\.1 200 /);
      assert.doesNotMatch(head, /^(trailer|transfer-encoding):/im);
      const bytes = Buffer.from(answer.slice(bodyAt), "latin1");
      const page = encoding === "gzip" ? gunzipSync(bytes).toString() : bytes.toString();
      assert.match(page, /<h1>Ada<\/h1>.*<\/body><\/html>$/s);
    });
  }
});

test("answers HEAD for what is streamed without calling an upstream, and reports that", async () => {
  await serveScreens([profileScreen], { answers: {} }, async ({ origin, reports }) => {
    for (const [accept, contentType] of [
      ["text/html", "text/html; charset=utf-8"],
      ["application/x-ndjson", "application/x-ndjson"],
    ]) {
      const { statusCode, headers, body } = await request(`${origin}/profile`, {
        method: "HEAD",
        headers: { Accept: accept },
      });
      assert.equal(statusCode, 200);
      assert.equal(headers["content-type"], contentType);
      assert.equal(await body.text(), "");
    }
    assert.deepEqual(
      reports.map(({ outcome, upstreamCalls }) => [outcome, upstreamCalls]),
      [
        ["complete", 0],
        ["complete", 0],
      ],
    );
  });
});

test("refuses a layout that lacks a place, has one twice, or is no document", async () => {
  const layouts = [
    () => "<body></body>",
    (places: { profile: string; orders: string }) =>
      `<body>${places.profile}${places.orders}${places.orders}</body>`,
    (places: { profile: string; orders: string }) => `${places.profile}${places.orders}`,
  ];
  for (const layout of layouts) {
    assert.ok(profileScreen.page !== undefined);
    const screen = { ...profileScreen, page: { ...profileScreen.page, layout } };
    await assert.rejects(
      serveScreens([screen], { answers: GOOD }, async () => {}),
      TypeError,
    );
  }
});
