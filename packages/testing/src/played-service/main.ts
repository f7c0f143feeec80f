/**
 * Plays a service in development: `DOCUMENT` is its OpenAPI document. `SWITCHES` and the admin
 * port's `/switches` make it slow or failing, as the sample services.
 */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { cutsBody, fails, hangs, resets } from "../behaviours.ts";
import { MisbehavingUpstream, jsonReply } from "../misbehaving-upstream.ts";
import type { Behaviour, Ordinary } from "../misbehaving-upstream.ts";
import { answerArguments, listen, sayReady } from "../program.ts";
import { parseSwitches, switchBoard } from "../switches.ts";
import type { Outcome } from "../switches.ts";
import { readDocument } from "./document.ts";
import { playerOf } from "./play.ts";

answerArguments(
  "played-service",
  `Plays a service in development.

Settings, from the environment:
  DOCUMENT                its OpenAPI document; required
  PORT, ADMIN_PORT, HOST  where it listens; default any free ports, 127.0.0.1
  SWITCHES                what misbehaves from the start, as JSON`,
);
const { DOCUMENT = "", PORT = "0", ADMIN_PORT = "0", HOST = "127.0.0.1", SWITCHES = "{}" } = process.env;
const play = playerOf(readDocument(DOCUMENT));
const board = switchBoard(parseSwitches(JSON.parse(SWITCHES)));

/** What the switches say of an answer. Broken contracts are for services with data of their own. */
function behaviourOf(outcome: Outcome): Behaviour | undefined {
  if (outcome.kind === "fail") {
    const { status, retryAfterSeconds } = outcome;
    return fails(status, retryAfterSeconds === undefined ? {} : { "retry-after": retryAfterSeconds });
  }
  if (outcome.kind === "hang") return hangs;
  if (outcome.kind === "reset") return outcome.phase === "mid-body" ? cutsBody : resets;
  return undefined;
}

const answer: Ordinary = async (request) => {
  const ordinary = await play(request);
  const drawn = board.draw(request.path);
  if (drawn === undefined) return ordinary;
  await sleep(drawn.delayMs);
  return behaviourOf(drawn.outcome)?.(ordinary, request) ?? ordinary;
};

const service = await MisbehavingUpstream.open(answer, { host: HOST, port: Number(PORT), remembers: false });
const admin = createServer((req, res) => {
  const send = (body: unknown, status = 200): void => {
    const reply = jsonReply(body, status);
    res.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  };
  void (async () => {
    if (req.url === "/healthz") return send({ status: "ok" });
    if (req.url !== "/switches") return send({ title: "Not found" }, 404);
    if (req.method === "DELETE") return send(board.set({}));
    if (req.method !== "PUT") return send(board.show());
    return send(board.set(parseSwitches(JSON.parse(await text(req)))));
  })().catch((error: unknown) => send({ title: String(error) }, 400));
});
const adminPort = await listen(admin, { port: Number(ADMIN_PORT), host: HOST });
sayReady({ port: service.port, adminPort }, () => service.close());
