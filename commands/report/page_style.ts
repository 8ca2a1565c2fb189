/** How a report looks: light and dark, on a phone and on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1c2024; --dim: #5b6470; --line: #d5dae0;
  --card: #f6f7f9; --link: #0b57b8; --good: #16703a; --bad: #b3201d; --warn: #875300; --busy: #0b57b8; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171a; --fg: #e6e9ec; --dim: #a5aeb9;
  --line: #3a424b; --card: #1d2226; --link: #7db4ff; --good: #5fce8a; --bad: #ff8a82; --warn: #f0b557;
  --busy: #7db4ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--bg); color: var(--fg);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 0.95rem; margin: 1rem 0 0.25rem; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
code, pre, .mono { font: 0.85rem/1.45 ui-monospace, monospace; }
pre { margin: 0.25rem 0; padding: 0.6rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; white-space: pre-wrap; max-height: 30rem; overflow: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
ul { padding-left: 1.2rem; margin: 0.25rem 0; } ul.plain { list-style: none; padding-left: 0; }
.cause { border: 1px solid var(--bad); border-left-width: 6px; border-radius: 6px; padding: 0.75rem 1rem; }
.cause.none { border-color: var(--good); } .cause > p:first-of-type { font-weight: 600; margin: 0; }
.status { font-weight: 600; } .completed { color: var(--good); } .failed { color: var(--bad); }
.cancelled, .retrying { color: var(--warn); } .running { color: var(--busy); }
.skipped, .pending { color: var(--dim); }
.graph { overflow: auto; border: 1px solid var(--line); border-radius: 6px; max-height: 40rem; }
.graph svg { display: block; margin: 0 auto; }
.graph rect { rx: 6px; fill: var(--card); stroke: currentColor; stroke-width: 1.5; }
.graph .name { fill: var(--fg); font: 13px ui-monospace, monospace; }
.graph .state { fill: currentColor; font: 11px system-ui, sans-serif; }
.graph text { text-anchor: middle; }
.graph polyline { fill: none; stroke: var(--dim); stroke-width: 1.3; }
.graph marker path { fill: var(--dim); }
.row { display: grid; grid-template-columns: minmax(6rem, 14rem) 1fr 5rem; gap: 0.75rem; align-items: center;
  border-bottom: 1px solid var(--line); padding: 0.1rem 0; }
.row svg { width: 100%; height: 1.1rem; display: block; background: var(--card); }
.row rect { fill: currentColor; y: 15%; height: 70%; } .row line { stroke: var(--dim); stroke-dasharray: 3 3; }
.row > :last-child { text-align: right; color: var(--dim); font-variant-numeric: tabular-nums; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 0.4rem 0; padding: 0 0.75rem; }
.many details, .many .row { content-visibility: auto; contain-intrinsic-size: auto 2.4rem; }
details[open] { padding-bottom: 0.75rem; }
summary { cursor: pointer; padding: 0.45rem 0; } summary > * { margin-right: 0.9rem; }
summary .mono { font-weight: 600; } summary .dim, .dim { color: var(--dim); }
details:target { border-color: var(--link); }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr 4.5rem; }
  .row > :nth-child(2) { grid-row: 2; grid-column: 1 / -1; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .skip { display: none; }
  .graph { overflow: visible; max-height: none; } .graph svg { max-width: 100%; height: auto; }
  pre { max-height: none; } 
  .many details, .many .row { content-visibility: visible; }
  details::details-content { content-visibility: visible; display: block; } }
`;
