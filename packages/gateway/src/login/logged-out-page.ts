import type { ServerResponse } from "node:http";

/**
 * Where a logout ends: a page of our own that needs no session. On to the login it goes by a link, since a browser does not
 * follow a form to another site (CSP, `form-action 'self'`, holds for redirects too); and who shares a computer wants to see that it is done.
 *
 * @param landing a path of this site
 */
export function sendLoggedOutPage(res: ServerResponse, landing: string): void {
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  res.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Logged out</title>
<h1>You are logged out</h1>
<p><a href="${landing}">Log in</a></p>
</html>
`);
}
