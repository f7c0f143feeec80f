import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkPorts, portsFrom } from "./ports.ts";
import type { Role } from "./roles.ts";

const users: Role = { name: "users", kind: "service", main: "", port: 9001 };
const web: Role = { name: "web-bff", kind: "bff", main: "", port: 8101 };

describe("portsFrom", () => {
  it("takes the table's ports, and the admin port 1000 above", () => {
    assert.deepEqual(
      [...portsFrom([users, web], {})],
      [
        ["users", { port: 9001, adminPort: 10_001 }],
        ["web-bff", { port: 8101, adminPort: 9101 }],
      ],
    );
  });

  it("follows the environment; the admin port follows the port", () => {
    const env = { USERS_PORT: "18001", WEB_BFF_PORT: "", WEB_BFF_ADMIN_PORT: "70" };
    assert.deepEqual(
      [...portsFrom([users, web], env)],
      [
        ["users", { port: 18_001, adminPort: 19_001 }],
        ["web-bff", { port: 8101, adminPort: 70 }],
      ],
    );
  });

  for (const bad of ["0", "65536", "-1", "1.5", "http", " 80"]) {
    it(`refuses '${bad}' by the setting's name`, () => {
      assert.throws(() => portsFrom([web], { WEB_BFF_PORT: bad }), {
        name: "CommandError",
        message: /^WEB_BFF_PORT must/,
      });
    });
  }

  it("asks for an admin port where port + 1000 is none", () => {
    assert.throws(() => portsFrom([web], { WEB_BFF_PORT: "65000" }), {
      message: /^WEB_BFF_ADMIN_PORT would be/,
    });
  });
});

describe("checkPorts", () => {
  it("finds two roles on one port", async () => {
    const plan = new Map([
      ["users", { port: 0, adminPort: 27_191 }],
      ["web-bff", { port: 27_191, adminPort: 0 }],
    ] as const);
    await assert.rejects(checkPorts([users, web], plan), {
      name: "CommandError",
      message: /^Port 27191 for web-bff is taken: .* WEB_BFF_PORT/,
    });
    await checkPorts([users], plan);
  });
});
