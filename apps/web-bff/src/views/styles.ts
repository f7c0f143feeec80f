/**
 * The site's style sheet. It is part of the document, so that one request shows the page. Sides are
 * logical (`inline-start`), so that it holds from right to left too.
 */
export const STYLES = `
:root { color-scheme: light dark; --ink: #1d1e22; --muted: #5c5e67; --paper: #f6f6f3; --card: #fff; --line: #dedfda; --accent: #2f4bd8; --on-accent: #fff;
  --soft: #e9eaf8; --good: #1c6b3c; --good-soft: #e0f1e5; --warn: #7a4b00; --warn-soft: #fbeecb; --bad: #a8201a; --bad-soft: #fbe6e3; --bone: #e4e4df;
  --step: clamp(1rem, .8rem + 1vw, 1.5rem); --radius: .75rem; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #ececf1; --muted: #a6a8b1; --paper: #15161a; --card: #1d1f25; --line: #33363e; --accent: #9db0ff; --on-accent: #15161a;
  --soft: #262a44; --good: #86d9a3; --good-soft: #17301f; --warn: #f0c674; --warn-soft: #362b12; --bad: #ff9a90; --bad-soft: #3b1d1b; --bone: #2b2e36; }
  .products img, .product > img { filter: brightness(.85); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: .06em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: .25rem; }
.skip { position: absolute; inset-inline-start: 1rem; top: -10rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.skip:focus { top: .5rem; }
header.site, main { max-width: 76rem; margin: 0 auto; padding: 1rem var(--step); }
header.site, header.site nav { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem 1.25rem; }
header.site a { color: inherit; text-decoration: none; } header.site a:hover { text-decoration: underline; }
header.site nav { font-size: .9375rem; white-space: nowrap; }
.brand { font-weight: 650; font-size: 1.125rem; letter-spacing: -.01em; white-space: nowrap; }
main > section { margin-bottom: 3rem; }
h1, h2, h3, p, dd, td { overflow-wrap: anywhere; }
h1, .like-h1 { font-size: clamp(1.5rem, 1.25rem + 1.2vw, 2.125rem); line-height: 1.2; font-weight: 650; letter-spacing: -.02em; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; margin: 0 0 1rem; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 600; margin: 0; } p { margin: 0 0 .5rem; }
.muted, .category { color: var(--muted); font-size: .875rem; }
.category { text-transform: capitalize; }
.row { display: flex; justify-content: space-between; align-items: baseline; gap: .25rem 1rem; }
.line { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.person { display: flex; gap: 1rem; align-items: center; min-height: 5rem; }
.person p, .person h1 { margin: 0; }
.you { min-height: 5rem; }
/* A section may be painted half filled: until its end is there, it keeps its height of before. */
.recent:not(:has(> .end)) { min-height: 13.75rem; } .goods:not(:has(.end, .failure)) { min-height: 36rem; }
@media (max-width: 65rem) { .recent:not(:has(> .end)) { min-height: 22rem; } }
@media (max-width: 43rem) { .recent:not(:has(> .end)) { min-height: 33rem; } .goods:not(:has(.end, .failure)) { min-height: 50rem; } }
.avatar { width: 4.5rem; height: 4.5rem; border-radius: 50%; background: var(--bone); flex: none; }
.person > :last-child { flex: 1; }
.tier { text-transform: capitalize; font-weight: 600; color: var(--ink); }
ul.orders, ul.products { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: 1rem; }
ul.orders { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
ul.products { grid-template-columns: repeat(auto-fill, minmax(min(45%, 15rem), 1fr)); gap: 1.25rem 1rem; }
.card { position: relative; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem; }
.card p { margin: .25rem 0 0; }
.orders .card p:first-child { margin: 0 0 .5rem; }
.card h3 a { color: inherit; text-decoration: none; }
.card h3 a::after { content: ""; position: absolute; inset: 0; border-radius: inherit; }
li.card:hover { border-color: var(--muted); } li.card:hover h3 a { text-decoration: underline; }
li.card:has(a:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; } .card h3 a:focus-visible { outline: none; }
.products .card { padding: 0 0 .875rem; overflow: hidden; } .products .card > :not(img, .picture) { margin-inline: .875rem; }
.products .card h3 { margin-top: .75rem; height: 2lh; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.products img, .products .picture, .product > img, .product > .picture { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; background: var(--bone); }
.status, .stock { display: inline-block; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.status { padding: 0 .625rem; border-radius: 1rem; background: var(--soft); color: var(--accent); }
.status.delivered { background: var(--good-soft); color: var(--good); } .status.cancelled, .status.returned { background: var(--bone); color: var(--ink); }
.stock.in_stock { color: var(--good); } .stock.low { color: var(--warn); } .stock.out_of_stock { color: var(--bad); }
.rating { white-space: nowrap; font-size: .875rem; }
.price { font-size: 1.25rem; margin: .75rem 0; } .price s { color: var(--muted); font-size: 1rem; margin-inline-start: .25rem; }
.product { display: grid; gap: 1.5rem clamp(1.5rem, 4vw, 4rem); grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.product > img, .product > .picture { border-radius: var(--radius); max-height: 36rem; }
.description { max-width: 38rem; margin-block: 1rem; white-space: pre-line; }
.order { max-width: 56rem; min-height: 33rem; }
.again { max-width: 56rem; } .again ul.products { grid-template-columns: repeat(auto-fill, minmax(min(45%, 10rem), 1fr)); }
.table { overflow-x: auto; margin: 1.5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td, .table-line { text-align: start; vertical-align: top; padding: .625rem .75rem .625rem 0; border-bottom: 1px solid var(--line); margin: 0; }
th { color: var(--muted); font-weight: 400; font-size: .875rem; }
th:not(:first-child), td:not(:first-child) { text-align: end; white-space: nowrap; } th:last-child, td:last-child { padding-inline-end: 0; }
td small { display: block; color: var(--good); font-size: .8125rem; }
.totals { max-width: 22rem; margin: 0 0 1.5rem; margin-inline-start: auto; font-variant-numeric: tabular-nums; }
.totals > div { display: flex; justify-content: space-between; gap: 1rem; padding: .125rem 0; } .totals > div:last-child { border-top: 1px solid var(--line); margin-top: .375rem; padding-top: .5rem; }
dt { color: var(--muted); } dd { margin: 0; text-align: end; }
button, select, summary { font: inherit; border-radius: .5rem; }
button, summary, .action a { padding: .5rem 1rem; font-weight: 600; cursor: pointer; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); }
.action { margin-block: 1.25rem; } .action a { display: inline-block; border-radius: .5rem; text-decoration: none; }
button:hover, summary:hover, .action a:hover { filter: brightness(1.08); }
button.quiet { background: none; border-color: var(--line); color: inherit; padding: .25rem .75rem; font-weight: 400; white-space: nowrap; } button.quiet:hover { border-color: var(--muted); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--paper); }
select { width: 100%; padding: .5rem .75rem; border: 1px solid var(--muted); background: var(--card); color: inherit; margin: .25rem 0 1rem; }
.cancel > summary { display: inline-block; list-style: none; background: none; border-color: var(--bad); color: var(--bad); } .cancel > summary::-webkit-details-marker { display: none; }
.cancel[open] > summary { border-style: dashed; } .cancel form { margin-top: 1rem; max-width: 28rem; } .cancel label { display: block; margin-top: .75rem; } .cancel .row { align-items: center; justify-content: start; flex-wrap: wrap; white-space: nowrap; }
.notice { background: var(--warn-soft); border-inline-start: .25rem solid var(--warn); border-radius: .25rem; padding: .75rem 1rem; margin-block: 1rem; }
.notice[data-notice=cancelled] { background: var(--soft); border-color: var(--accent); }
.failure { max-width: 42rem; padding-block: 8vh; }
main:has([data-problem]) > section:not(:has([data-problem])) { display: none; }
.coming { user-select: none; } .coming .picture { animation: breathe 1.6s ease-in-out infinite alternate; }
.bar { display: inline-block; width: 70%; height: .75em; border-radius: .375em; background: var(--bone); animation: breathe 1.6s ease-in-out infinite alternate; } .bar.short { width: 40%; } .like-h1 .bar { max-width: 22rem; } .person .bar.short { max-width: 16rem; }
@keyframes breathe { to { opacity: .5; } }
@media (prefers-reduced-motion: reduce) { .bar, .coming .picture { animation: none; } }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) { header.site, header.site nav { gap: .5rem .75rem; } header.site nav { font-size: .875rem; } header.site .quiet { padding-inline: .5rem; } .you, .person { min-height: 7rem; } table { font-size: .875rem; } th, td { padding-inline-end: .5rem; } .products .card > :not(img, .picture) { margin-inline: .625rem; } .products .row { display: block; } .products .row > * { display: block; } section:not(.again) .products .line:last-child { white-space: normal; height: 2lh; } }
@media print { :root { color-scheme: light; --ink: #000; --muted: #444; --paper: #fff; --card: #fff; --line: #bbb; }
  header.site nav, .skip, .cancel, .again, [rel=next] { display: none; } a { color: inherit; text-decoration: none; } .card { break-inside: avoid; } .order { min-height: 0; } }
`;
