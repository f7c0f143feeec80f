/** The gateway's own pages: a browser meets them where no BFF answers. */

/** @param landing the path of the page that a login leads to */
export function loggedOutPage(landing: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Logged out</title>
<h1>You are logged out</h1>
<p><a href="${landing}">Log in</a></p>
</html>
`;
}
