import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { createMinter } from "@triptych/identity";
import type { Minter } from "@triptych/identity";
import { Pool } from "undici";
import { freePorts } from "../../free-ports.ts";

export type ServiceUrls = {
  readonly users: string;
  readonly orders: string;
  readonly recommendations: string;
  readonly catalog: string;
};

export type Page = {
  readonly status: number;
  /** The problem's `type`, of an answer that is one. */
  readonly problem: string | undefined;
  readonly body: { readonly degraded: readonly Degraded[]; readonly [section: string]: unknown };
  readonly ms: number;
};

export type Degraded = { readonly section: string; readonly reason: string; readonly ageSeconds?: number };

const KID = "faults";
const SECRET = Buffer.alloc(32, 7);

/** The web BFF as it ships, in a process of its own, and a client of it. */
export class WebBff implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #client: Pool;
  readonly #admin: Pool;
  readonly #minter: Minter = createMinter({ kid: KID, secret: SECRET });
  #serial = 0;

  private constructor(child: ChildProcess, port: number, adminPort: number) {
    this.#process = child;
    this.#client = new Pool(`http://127.0.0.1:${port}`);
    this.#admin = new Pool(`http://127.0.0.1:${adminPort}`);
  }

  static async start(services: ServiceUrls): Promise<WebBff> {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const env = {
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      HOST: "127.0.0.1",
      USERS_URL: services.users,
      ORDERS_URL: services.orders,
      RECOMMENDATIONS_URL: services.recommendations,
      CATALOG_URL: services.catalog,
      IDENTITY_KEYS: `${KID}:${SECRET.toString("base64url")}`,
      LOG_LEVEL: "silent",
      NODE_ENV: "production",
    };
    const program = new URL("../../../apps/web-bff/src/main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "ignore", "inherit"] });
    const bff = new WebBff(child, port, adminPort);
    while (!(await bff.#isReady())) {
      if (child.exitCode !== null)
        throw new Error(`the web BFF ended with ${child.exitCode} before it was ready`);
      await wait(20);
    }
    return bff;
  }

  /** Asks for a screen as the gateway would for a user. */
  async page(path = "/web/home-page", userId = "ada"): Promise<Page> {
    const requestId = `faults-${(this.#serial += 1)}`;
    const identity = this.#minter.mint({ userId, audience: "web-bff", requestId });
    const startedAt = performance.now();
    const { statusCode, body } = await this.#client.request({
      method: "GET",
      path,
      headers: { accept: "application/json", "x-identity": identity, "x-request-id": requestId },
    });
    const page: unknown = await body.json();
    const ms = performance.now() - startedAt;
    const problem = problemOf(page);
    return { status: statusCode, problem, body: isScreen(page) ? page : { degraded: [] }, ms };
  }

  /** Attempts that really left for an upstream so far, by outcome, from the BFF's own metrics. */
  async attempts(upstream: string): Promise<number> {
    const { body } = await this.#admin.request({ method: "GET", path: "/metrics" });
    const lines = (await body.text()).split("\n");
    return lines
      .filter((line) => line.startsWith("upstream_request_duration_seconds_count"))
      .filter((line) => line.includes(`upstream="${upstream}"`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#client.destroy(), this.#admin.destroy()]);
    this.#process.kill("SIGKILL");
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, "exit");
  }

  async #isReady(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#admin.request({ method: "GET", path: "/readyz" });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }
}

function problemOf(body: unknown): string | undefined {
  const isProblem = typeof body === "object" && body !== null && "type" in body && "status" in body;
  return isProblem ? String(body.type) : undefined;
}

function isScreen(body: unknown): body is Page["body"] {
  return typeof body === "object" && body !== null && "degraded" in body && Array.isArray(body.degraded);
}
