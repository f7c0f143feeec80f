/** The site's style sheet. It is part of the document, so that one request shows the page. */
export const STYLES = `
:root { --ink: #1c1e21; --muted: #5a606b; --paper: #fbfaf8; --card: #fff; --line: #dcd9d2; --accent: #0b5c7a; --notice: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceae6; --muted: #a9adb5; --paper: #16181b; --card: #1f2226; --line: #363b42; --accent: #7cc7e4; --notice: #3a321c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
header.site, footer.site, main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
header.site { border-bottom: 1px solid var(--line); display: flex; justify-content: space-between; align-items: center; }
footer.site { color: var(--muted); border-top: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.25rem; text-decoration: none; color: var(--ink); letter-spacing: -.01em; }
main > section { margin: 2rem 0; }
h1, h2, h3, p { overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.25rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 0; } p { margin: .25rem 0; }
.profile { display: flex; gap: 1rem; align-items: center; }
.avatar { border-radius: 50%; background: var(--line); flex: none; }
.tier { text-transform: capitalize; font-weight: 600; }
ul.orders, ul.products { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
ul.orders { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
ul.products { grid-template-columns: repeat(auto-fill, minmax(min(45%, 13rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
.card img { width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: .5rem; background: var(--line); margin-bottom: .5rem; }
.status { font-weight: 600; }
.because { color: var(--muted); font-size: .875rem; }
.category { text-transform: capitalize; }
.price { display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: .5rem; }
.rating { white-space: nowrap; }
dl { margin: .5rem 0 0; } dl > div { display: flex; justify-content: space-between; gap: 1rem; }
dt { color: var(--muted); } dd { margin: 0; text-align: right; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 400; } th:not(:first-child), td:not(:first-child) { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
@media (max-width: 30rem) { table { font-size: .875rem; } th, td { padding-right: .4rem; } }
.scroll { overflow-x: auto; margin-top: 1rem; } .totals { max-width: 20rem; margin-left: auto; }
form.card { margin-top: 1.5rem; max-width: 24rem; display: grid; gap: .5rem; }
select, button { font: inherit; padding: .5rem .75rem; border-radius: .5rem; border: 1px solid var(--muted); background: var(--card); color: var(--ink); }
button { background: var(--accent); color: var(--paper); border-color: var(--accent); cursor: pointer; }
.product { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); margin-top: 1rem; }
.product > img { width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: .75rem; background: var(--line); }
.waiting { color: var(--muted); } .profile .waiting { padding: 2.25rem 0; }
.notice { background: var(--notice); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
