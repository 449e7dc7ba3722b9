/** Light, and dark where the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --dim: #5e6872; --paper: #fbfbf9; --card: #fff; --line: #e1e4e6;
  --wait: #e0992b; --resume: #a9a3d6; --read: #3f84c9; --write: #c8503f; --heat: 200, 80, 63;
  --critical: #b3261e; --high: #b25e00; --medium: #7a6a00; --low: #39734a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ea; --dim: #98a2ac; --paper: #14171a; --card: #1b1f23; --line: #2d3338;
  --wait: #d99a3c; --resume: #8f88c9; --read: #5b9fe0; --write: #e06c5b; --heat: 224, 108, 91;
  --critical: #ff897d; --high: #ffb070; --medium: #e2d06a; --low: #86cf9b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1.5rem 0 .5rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin-top: 1.5rem; }
.hint, small { color: var(--dim); font-size: .85rem; }
p.hint { margin: .25rem 0 .75rem; }
small { display: block; white-space: nowrap; }
code { font: .85em/1.4 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; color: var(--dim); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem .55rem; text-align: right; vertical-align: top; white-space: nowrap; }
th { font-weight: 500; font-size: .8rem; color: var(--dim); }
thead th { border-bottom: 1px solid var(--line); vertical-align: bottom; }
.text { text-align: left; }
td.text { white-space: normal; }
.absent { color: var(--dim); font-size: .85rem; }
.contention .text strong { display: block; font-weight: 600; }
.contention td.text:nth-child(2) { min-width: 11rem; }
.contention tbody { border-bottom: 1px solid var(--line); }
.contention tbody:last-child { border-bottom: 0; }
.advice td { padding-top: 0; padding-bottom: .8rem; }
.advice .hint { display: block; }
.rank { color: var(--dim); }
.priority { font-weight: 600; }
.priority.critical { color: var(--critical); } .priority.high { color: var(--high); } .priority.medium { color: var(--medium); }
.priority.low { color: var(--low); } .priority.none { color: var(--dim); font-weight: 400; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0 0 .75rem; }
dt { font-size: .8rem; color: var(--dim); } dd { margin: 0; font-size: 1.05rem; }
.durations td, .blame td, .blame th { padding: .25rem .55rem; }
.durations tbody tr:nth-child(3n + 4) td { border-top: 1px solid var(--line); }
.blame { width: auto; } .blame th code { white-space: normal; display: inline-block; max-width: 16rem; }
.shade1 { background: rgba(var(--heat), .1); } .shade2 { background: rgba(var(--heat), .2); } .shade3 { background: rgba(var(--heat), .3); }
.shade4 { background: rgba(var(--heat), .4); } .shade5 { background: rgba(var(--heat), .5); } .shade6 { background: rgba(var(--heat), .6); }
.quantiles { display: block; width: 100%; max-width: 56rem; margin: .5rem 0 1rem; }
.quantiles text { font-size: 11px; fill: var(--dim); } .quantiles .label { fill: var(--ink); } .tick { text-anchor: middle; }
.grid { stroke: var(--line); } .hit { fill: transparent; }
g.wait { --hue: var(--wait); } g.resume { --hue: var(--resume); } g.hold { --hue: var(--read); } g.hold.write { --hue: var(--write); }
.body { fill: var(--hue); } .tail { fill: var(--hue); opacity: .55; } .whole, .mark { stroke: var(--hue); } .end { fill: var(--hue); }
.timeline { margin: .5rem 0 1rem; border-radius: 6px; outline-offset: 4px; }
.timeline svg { display: block; width: 100%; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; cursor: grab; touch-action: pan-y; }
.timeline svg:active { cursor: grabbing; }
.timeline .wait, .key.wait { fill: var(--wait); background: var(--wait); } .timeline .resume, .key.resume { fill: var(--resume); background: var(--resume); }
.timeline .read, .key.read { fill: var(--read); background: var(--read); } .timeline .write, .key.write { fill: var(--write); background: var(--write); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 .8em; } .key:first-child { margin-left: 0; }
.axis { display: flex; justify-content: space-between; font-size: .8rem; color: var(--dim); } figcaption { font-size: .85rem; color: var(--dim); }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
