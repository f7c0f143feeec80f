import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Program, freePorts } from "@triptych/testing";
import { request } from "undici";
import { shell } from "./shell.ts";

/** The newest whose dependencies install as they are, with one override. */
const VERDACCIO = {
  private: true,
  dependencies: { verdaccio: "6.8.0" },
  overrides: { "node-fetch": "2.7.0" },
};

/** Our packages are for everyone, as npm reads them. All else is for who has logged in. */
const CONFIGURATION = `
storage: ./storage
auth: { htpasswd: { file: ./htpasswd, algorithm: bcrypt, rounds: 4 } }
uplinks: {}
packages:
  "@triptych/*": { access: $all, publish: $authenticated }
  "**": { access: $authenticated, publish: $authenticated }
log: { type: stdout, format: json, level: warn }
max_body_size: 50mb
web: { enable: false }
`;

/**
 * Verdaccio: a registry of packages, and a service that we did not write, with logins of its own.
 * Disposing of it ends it.
 */
export class Registry implements AsyncDisposable {
  readonly origin: string;
  readonly #folder: string;
  readonly #port: number;
  #program: Program;
  /** The bearer token of its only user. */
  token = "";

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.#program = this.#run();
  }

  /** Installs it in a folder, starts it, and makes a user. */
  static async open(folder: string): Promise<Registry> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify(VERDACCIO));
    writeFileSync(join(folder, "config.yaml"), CONFIGURATION);
    shell(folder, "npm install --prefer-offline --no-audit --no-fund --ignore-scripts");
    const [port = 0] = await freePorts(1);
    const registry = new Registry(folder, port);
    await registry.#ready();
    const user = { name: "reader", password: "not-a-secret" };
    const answer = await registry.#ask("PUT", `/-/user/org.couchdb.user:${user.name}`, user);
    registry.token = String(answer["token"]);
    return registry;
  }

  #run(): Program {
    const main = join(this.#folder, "node_modules/verdaccio/bin/verdaccio");
    const args = [main, "--config", join(this.#folder, "config.yaml"), "--listen", `127.0.0.1:${this.#port}`];
    return new Program(process.execPath, args, { env: { HOME: this.#folder } });
  }

  async #ready(): Promise<void> {
    await this.#program.until(async () => {
      try {
        const { statusCode, body } = await request(`${this.origin}/-/ping`, { reset: true });
        await body.dump();
        return statusCode === 200;
      } catch {
        await sleep(50);
        return false;
      }
    });
  }

  async kill(): Promise<void> {
    await this.#program.stop("SIGKILL");
  }

  async start(): Promise<void> {
    this.#program = this.#run();
    await this.#ready();
  }

  /** Publishes a tarball under a version, which need not be the one that is in it. */
  async publish(tarball: string, version: string): Promise<void> {
    const work = join(this.#folder, "publish", `${basename(tarball)}-${version}`);
    mkdirSync(work, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", work]);
    const file = join(work, "package/package.json");
    const manifest = { ...JSON.parse(readFileSync(file, "utf8")), version };
    writeFileSync(file, JSON.stringify(manifest));
    const packed = join(work, "packed.tgz");
    execFileSync("tar", ["-czf", packed, "-C", work, "package"]);
    const bytes = readFileSync(packed);
    const { name } = manifest;
    const path = `${basename(name)}-${version}.tgz`;
    const dist = {
      tarball: `${this.origin}/${name}/-/${path}`,
      shasum: createHash("sha1").update(bytes).digest("hex"),
      integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    };
    await this.#ask("PUT", `/${encodeURIComponent(name)}`, {
      _id: name,
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
      _attachments: {
        [path]: {
          content_type: "application/octet-stream",
          data: bytes.toString("base64"),
          length: bytes.length,
        },
      },
    });
  }

  async #ask(method: "PUT", path: string, body: unknown): Promise<Record<string, unknown>> {
    // A connection of its own: the last one may have been closed while a command blocked this
    // process.
    const { statusCode, body: answer } = await request(`${this.origin}${path}`, {
      method,
      reset: true,
      headers: {
        "Content-Type": "application/json",
        ...(this.token === "" ? {} : { Authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
    return Object(JSON.parse(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
