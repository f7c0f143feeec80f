const PATH = "/web/home-page";
const SMUGGLED = "GET /web/smuggled HTTP/1.1\r\nHost: a\r\nX-User-Id: 1\r\n\r\n";

/** What an attacker writes behind the TLS handshake. None may bring a request for /web/smuggled to a gateway. */
export const SMUGGLING: readonly (readonly [name: string, bytes: string])[] = [
  [
    "Content-Length beside Transfer-Encoding",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "Transfer-Encoding beside Content-Length",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 200\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "two Content-Lengths",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a list of Content-Lengths",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 0, ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  ["a signed Content-Length", `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n${SMUGGLED}`],
  [
    "a Transfer-Encoding that is none",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a Transfer-Encoding twice",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a space before the colon",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a folded Transfer-Encoding",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  ["a folded header", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n GET /web/smuggled HTTP/1.1\r\n\r\n`],
  // A line feed alone may end a line (RFC 9112, section 2.2); then it has to do so for everybody.
  ["a bare line feed", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\nX-User-Id: 1\r\n\r\n`],
  [
    "a bare carriage return",
    `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\r\rGET /web/smuggled HTTP/1.1\r\nHost: a\r\n\r\n`,
  ],
  ["a NUL in a header", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n`],
  ["two Hosts", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
  ["no Host", `GET ${PATH} HTTP/1.1\r\n\r\n`],
  [
    "a chunk size with more behind it",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0xyz\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a line end inside a chunk's extension",
    `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;a\n\r\n\r\n`,
  ],
  [
    "HTTP/1.0 with chunks",
    `POST ${PATH} HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
];
