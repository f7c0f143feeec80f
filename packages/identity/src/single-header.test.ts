import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { DOUBLED_HEADER, singleHeader } from "./index.ts";

describe("singleHeader", () => {
  const cases: [name: string, raw: string[], expected: string | typeof DOUBLED_HEADER | undefined][] = [
    ["the one value", ["Host", "a", "X-Identity", "t"], "t"],
    ["the one value, whatever its letter case", ["x-IDENTITY", "t"], "t"],
    ["an empty value", ["X-Identity", ""], ""],
    ["undefined without headers", [], undefined],
    ["undefined where only a value is spelled so", ["Host", "X-Identity"], undefined],
    ["undefined for a longer name", ["X-Identity-2", "t"], undefined],
    ["doubled, though the values are equal", ["X-Identity", "t", "X-Identity", "t"], DOUBLED_HEADER],
    ["doubled in two letter cases", ["X-Identity", "t", "Host", "a", "x-identity", "u"], DOUBLED_HEADER],
    ["doubled where the first is empty", ["X-Identity", "", "X-Identity", "t"], DOUBLED_HEADER],
    ["doubled for three", ["X-Identity", "a", "X-Identity", "b", "X-Identity", "c"], DOUBLED_HEADER],
  ];
  for (const [name, raw, expected] of cases) {
    it(`answers ${name}`, () => assert.equal(singleHeader(raw, "X-Identity"), expected));
  }

  it("tells a doubled header from one value with a comma on a real socket", async (t) => {
    const server = createServer((req, res) => {
      const value = singleHeader(req.rawHeaders, "x-identity");
      res.end(value === DOUBLED_HEADER ? "doubled" : value);
    });
    t.after(() => server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");

    const ask = async (headers: string): Promise<string> => {
      const socket = connect(address.port, "127.0.0.1");
      socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`);
      return text(socket);
    };
    assert.match(await ask("X-Identity: a\r\nx-identity: b\r\n"), /\r\n\r\n.*doubled/s);
    assert.match(await ask("X-Identity: a, b\r\n"), /\r\n\r\n.*a, b/s);
  });
});
