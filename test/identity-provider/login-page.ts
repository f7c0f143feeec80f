/** Sample users that are good to be: with many orders, few, other scripts, other currencies. */
const SUGGESTED = ["42", "1", "7", "100", "2000"];

/** The page on which a person says who they are. `query` is carried along, unchanged. */
export function loginPage(query: string, complaint?: string): string {
  const buttons = SUGGESTED.map((id) => `<button name="user" value="${id}">User ${id}</button>`).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Development login</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }
  button, input { font: inherit; padding: .4rem .8rem; margin: .2rem 0 }
  [role=alert] { color: #b00020 }
</style>
<h1>Who do you want to be?</h1>
<p>This login is for development. It believes everybody and knows no passwords.</p>
${complaint === undefined ? "" : `<p role="alert">${escapeHtml(complaint)}</p>`}
<form method="post" action="/authorize?${escapeHtml(query)}">
${buttons}
</form>
<form method="post" action="/authorize?${escapeHtml(query)}">
<label>Another user's id <input name="user" required pattern="[A-Za-z0-9_\\-]{1,64}" autocomplete="off"></label>
<button>Log in</button>
</form>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
