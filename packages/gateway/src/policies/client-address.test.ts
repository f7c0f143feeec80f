import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runGateway } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { limitKeyOf, trustedProxy } from "./client-address.ts";

const IPV4 = "192.0.2.7";
const NETWORK = "2001:db8:1:2::/64";
const NONE = "unknown";

describe("an address is limited as", () => {
  const spellings: [key: string, addresses: string[]][] = [
    [
      IPV4,
      [IPV4, `${IPV4}:5678`, `[::ffff:${IPV4}]:80`, `::ffff:${IPV4}`, "::FFFF:c000:207", "::ffff:C000:0207"],
    ],
    [IPV4, ["0:0:0:0:0:ffff:192.0.2.7", "0000:0000:0000:0000:0000:ffff:c000:0207", `::ffff:${IPV4}%eth0`]],
    [IPV4, [`[${IPV4}]`, `[${IPV4}]:80`, `"${IPV4}"`, `"${IPV4}:80"`, ` ${IPV4} `]],
    [NETWORK, ['"[2001:db8:1:2::1]:443"']],
    [NETWORK, ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1", "2001:DB8:1:2:ffff::", "2001:0db8:0001:0002::"]],
    [
      NETWORK,
      ["[2001:db8:1:2::1]", "[2001:db8:1:2::1]:443", "2001:db8:1:2::1%eth0", "[2001:db8:1:2::1%eth0]:443"],
    ],
    [IPV4, ["64:ff9b::192.0.2.7", "64:ff9b::c000:207", "[64:FF9B:0:0:0:0:C000:0207]:443"]],
    ["64:ff9b:0:1::/64", ["64:ff9b:0:1::c000:207"]],
    ["2001:db8:0:0::/64", ["2001:db8::1", "2001:db8:0:0:1:2:3:4"]],
    ["0:0:0:0::/64", ["::1", "::"]],
    ["fe80:0:0:0::/64", ["fe80::1%eth0", "fe80::2%25eth1"]],
    [NONE, ["", "unknown", "_hidden", "::1]:80", "192.0.2.7.8", "192.0.2.7:99999", "proxy.example"]],
  ];
  for (const [key, addresses] of spellings) {
    it(`${key} for ${addresses.join(", ")}`, () => {
      for (const address of addresses) assert.equal(limitKeyOf(address), key, address);
    });
  }

  it("one client, whichever spelling a trusted proxy uses, and behind a trusted one with a port", async () => {
    const limits = [{ per: "address", requests: 3, seconds: 60 }] as const;
    await using gateway = await runGateway({
      table: sampleTable({ limits }),
      trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
    });
    const ask = async (forwarded: string) => {
      const headers = { ...(await gateway.bearer()), "X-Forwarded-For": forwarded };
      return (await gateway.send("/web/home-page", { headers })).status;
    };
    const same = [
      `${IPV4}:1234`,
      `::ffff:${IPV4}`,
      `1.1.1.1, ${IPV4}, 10.0.0.3:4123`,
      `${IPV4}, [::ffff:10.0.0.4]:80`,
    ];
    const statuses = [];
    for (const forwarded of same) statuses.push(await ask(forwarded));
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    assert.equal(await ask("192.0.2.8"), 200);
  });
});

describe("a proxy is trusted", () => {
  const trusts = trustedProxy(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::ffff:172.16.0.0/108"]);
  const cases: [address: string, trusted: boolean][] = [
    ["127.0.0.1", true],
    ["::ffff:127.0.0.1", true],
    ["10.255.0.1:80", true],
    ["2001:db8:5::1", true],
    ["172.31.0.1", true],
    ["127.0.0.2", false],
    ["11.0.0.1", false],
    ["2001:db9::1", false],
    ["::1", false],
    ["", false],
    ["unknown", false],
  ];
  for (const [address, trusted] of cases) {
    it(`${trusted ? "at" : "not at"} ${address === "" ? "no address" : address}`, () => {
      assert.equal(trusts(address), trusted);
    });
  }

  it("not at a socket that was closed before its request was read", () => {
    assert.equal(trusts(undefined), false);
  });

  it("nowhere without a network", () => assert.equal(trustedProxy([])("127.0.0.1"), false));
});
