/** The cheapest upstream there is, in a process of its own: answers every request on a connection with the same JSON. */
import { createServer } from "node:net";

const body = JSON.stringify({
  id: "p-1",
  title: "A thing of the kind that screens show",
  price: { amount: 1299, currency: "EUR" },
  images: Array.from({ length: 4 }, (_, index) => ({
    url: `https://img.test/${index}.jpg`,
    width: 480 + index,
  })),
  rating: { average: 4.5, count: 12 },
});
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const server = createServer({ noDelay: true }, (socket) => {
  // Each request of the benchmark is small and comes alone on its connection, so one packet is one request.
  socket.on("data", () => socket.write(answer));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit());
