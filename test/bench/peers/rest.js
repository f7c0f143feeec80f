/**
 * The web home page as frameworks and HTTP clients document themselves: `rest.js
 * <framework>-<client>`. None of them has a deadline, a breaker, a check or a log.
 */
import { createRequire } from "node:module";
import { announce, serviceOrigins } from "../contenders/by-hand/begin.ts";
import { webHomePage as page } from "../contenders/by-hand/pages.ts";

const origins = serviceOrigins(process.env);
// OpenTelemetry's instrumentation, where it is loaded, sees what is required, not what is imported.
const require = createRequire(import.meta.url);

/** `await fetch(url)` of three clients: `get(url, headers)` resolves to the parsed JSON. */
const CLIENTS = {
  axios() {
    const axios = require("axios");
    return async (url, headers) => (await axios.get(url, { headers })).data;
  },
  undici() {
    const { request } = require("undici");
    return async (url, headers) => (await request(url, { headers })).body.json();
  },
};

function load(get, userId) {
  const headers = { accept: "application/json", "x-user-id": userId };
  return page.load((service, target) => get(`${origins[service]}${target}`, headers));
}

const FRAMEWORKS = {
  express(get) {
    const app = require("express")();
    app.get(page.path, async (req, res) => res.json(await load(get, req.get("x-user-id"))));
    const server = app.listen(0, "127.0.0.1", () => announce(server.address()));
  },

  // Its logger is off, as by default. With a response schema this page costs more.
  async fastify(get) {
    const fastify = require("fastify")();
    fastify.get(page.path, (req) => load(get, String(req.headers["x-user-id"])));
    await fastify.listen({ port: 0, host: "127.0.0.1" });
    announce(fastify.server.address());
  },

  // On Express. Node runs no decorators, so they are called as TypeScript would call them.
  async nestjs() {
    require("reflect-metadata");
    const { Controller, Get, Headers, Inject, Module } = require("@nestjs/common");
    const { HttpModule, HttpService } = require("@nestjs/axios");
    const { NestFactory } = require("@nestjs/core");
    const { firstValueFrom } = require("rxjs");

    class HomePageController {
      #http;
      constructor(http) {
        this.#http = http;
      }

      answer(userId) {
        const get = async (url, headers) => (await firstValueFrom(this.#http.get(url, { headers }))).data;
        return load(get, userId);
      }
    }
    Inject(HttpService)(HomePageController, undefined, 0);
    const answer = Object.getOwnPropertyDescriptor(HomePageController.prototype, "answer");
    Headers("x-user-id")(HomePageController.prototype, "answer", 0);
    Get(page.path)(HomePageController.prototype, "answer", answer);
    Controller()(HomePageController);

    class AppModule {}
    Module({ imports: [HttpModule], controllers: [HomePageController] })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, "127.0.0.1");
    announce(app.getHttpServer().address());
  },
};

const [framework, client] = process.argv[2].split("-");
await FRAMEWORKS[framework](CLIENTS[client]());
