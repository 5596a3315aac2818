#include "host/backtest/page_style.hpp"

namespace tradectl::backtest::page {
namespace {

// Blue and vermilion stay apart for readers who do not see red and green apart.
// Source: Okabe, Ito, "Color Universal Design" (2008).
constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --ink: #14181f; --soft: #5a6372; --faint: #8b93a1;
  --rule: #e3e6eb; --grid: #eceef2; --equity: #0b62a8; --gain: #0072b2; --loss: #d0500a;
  --exposure: #6b6fb5; --price: #4a5261; --wash: 12%; --mix: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #161b22; --ink: #e8ebf0; --soft: #a3acba; --faint: #737c8b;
    --rule: #2a313b; --grid: #212832; --equity: #58a6e8; --gain: #56b4e9; --loss: #f08a4b;
    --exposure: #a3a7ec; --price: #b6bfcc; --wash: 16%; --mix: #161b22;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-feature-settings: "kern", "liga"; -webkit-text-size-adjust: 100%;
}
main { max-width: 1200px; margin: 0 auto; padding: 36px 24px 56px; }
header { margin-bottom: 22px; }
header .over { color: var(--soft); font-size: 12px; letter-spacing: .08em;
  text-transform: uppercase; }
h1 { margin: 2px 0 4px; font-size: 30px; line-height: 1.2; font-weight: 650;
  letter-spacing: -.015em; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--soft); }
h2 { margin: 0; font-size: 15px; font-weight: 620; letter-spacing: -.003em; }
h3 { margin: 0 0 6px; font-size: 12px; font-weight: 600; color: var(--soft); }
.notice { margin: 14px 0 0; padding: 10px 14px; border-left: 3px solid var(--loss);
  background: color-mix(in srgb, var(--loss) 9%, var(--card)); border-radius: 0 6px 6px 0;
  overflow-wrap: anywhere; }
.notice ul { margin: 0; padding-left: 18px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 1px;
  margin-bottom: 18px; background: var(--rule); border: 1px solid var(--rule);
  border-radius: 10px; overflow: hidden; }
.tile { padding: 13px 14px 12px; background: var(--card); min-width: 0; }
.tile dt { color: var(--soft); font-size: 12px; }
.tile dd { margin: 1px 0 0; font-size: 20px; line-height: 30px; font-weight: 620;
  letter-spacing: -.015em;
  font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.tile.up dd { color: var(--gain); }
.tile.down dd { color: var(--loss); }
.tile.long dd { font-size: 16px; }
.tile.large { grid-column: span 2; }
.tile small { display: block; color: var(--faint); font-size: 12px; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
figure, section.card { margin: 0 0 18px; padding: 16px 18px 14px; background: var(--card);
  border: 1px solid var(--rule); border-radius: 10px; min-width: 0; }
figcaption, .card > .head { display: flex; flex-wrap: wrap; align-items: baseline;
  gap: 2px 16px; margin-bottom: 8px; }
figcaption p, .card > .head p { margin: 0; color: var(--soft); font-size: 12.5px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
  gap: 0 18px; }
.none { margin: 4px 0; color: var(--soft); }
figure svg { display: block; width: 100%; height: auto; overflow: visible; }
svg[data-kind] { touch-action: pan-y; cursor: crosshair; outline: none; border-radius: 4px; }
svg[data-kind]:focus-visible { box-shadow: 0 0 0 2px var(--equity); }
svg text { font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg text.panel { fill: var(--ink); font-weight: 600; }
svg text.major { fill: var(--ink); font-weight: 600; }
svg .mid { text-anchor: middle; }
svg .end { text-anchor: end; }
svg path, svg line { fill: none; stroke-linejoin: round; }
.grid { stroke: var(--grid); shape-rendering: crispEdges; }
.grid.major { stroke: var(--rule); }
.axis { stroke: var(--faint); shape-rendering: crispEdges; }
.base { stroke: var(--faint); stroke-dasharray: 2 3; }
.line { stroke-width: 1.6; }
.line.equity { stroke: var(--equity); }
.line.drawdown { stroke: var(--loss); stroke-width: 1.2; }
.line.exposure { stroke: var(--exposure); stroke-width: 1.2; }
.line.price { stroke: var(--price); stroke-width: 1.2; }
svg .area.equity { fill: var(--equity); fill-opacity: .08; }
svg .area.drawdown { fill: var(--loss); fill-opacity: .18; }
svg .area.exposure { fill: var(--exposure); fill-opacity: .2; }
svg .band.equity { fill: var(--equity); fill-opacity: .25; }
svg .band.price { fill: var(--price); fill-opacity: .18; }
.mark { stroke-width: 1; stroke: var(--card); }
svg .mark.entry.long { fill: var(--gain); }
svg .mark.entry.short { fill: var(--loss); }
svg .mark.exit { fill: var(--card); stroke-width: 1.6; }
.mark.exit.long { stroke: var(--gain); }
.mark.exit.short { stroke: var(--loss); }
svg .mark.dot { fill: var(--equity); }
.trade { stroke: var(--soft); stroke-width: 1; }
.trade.lost { stroke-dasharray: 2 3; }
svg .bar.gain { fill: var(--gain); }
svg .bar.loss { fill: var(--loss); }
.bar:hover { opacity: .75; }
svg .dots { stroke-width: 1.2; fill-opacity: .15; }
svg .dots.gain { stroke: var(--gain); fill: var(--gain); }
svg .dots.loss { stroke: var(--loss); fill: var(--loss); }
.key { display: inline-flex; align-items: center; gap: 4px; margin-right: 12px; }
figure .key svg { width: 14px; height: 14px; }
.cross { stroke: var(--faint); shape-rendering: crispEdges; }
svg .at { fill: var(--card); stroke: var(--ink); stroke-width: 1.5; }
svg .select { fill: var(--equity); fill-opacity: .14; stroke: none; }
.zoom { margin-left: auto; display: flex; gap: 10px; align-items: baseline; color: var(--faint);
  font-size: 12px; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0;
  cursor: pointer; }
.zoom[hidden] { display: none; }
.zoom button { padding: 1px 9px; border: 1px solid var(--rule); border-radius: 6px;
  color: var(--ink); }
.zoom button:disabled { visibility: hidden; }
#tip { position: fixed; z-index: 2; pointer-events: none; padding: 8px 11px; max-width: 300px;
  background: var(--card); color: var(--ink); border: 1px solid var(--rule); border-radius: 8px;
  box-shadow: 0 6px 24px rgb(0 0 0 / .16); font-size: 12px;
  font-variant-numeric: tabular-nums; }
#tip[hidden] { display: none; }
#tip b { display: block; margin-bottom: 2px; }
#tip span { display: flex; justify-content: space-between; gap: 18px; }
#tip i { font-style: normal; color: var(--soft); }
.wide { overflow-x: auto; }
.tall { overflow: auto; max-height: 560px; }
table { width: 100%; border-collapse: collapse; font-size: 13px;
  font-variant-numeric: tabular-nums; }
th { font-weight: 500; text-align: left; color: var(--soft); }
td, th { padding: 4px 10px; white-space: nowrap; border-bottom: 1px solid var(--grid); }
td:first-child, th:first-child { padding-left: 2px; }
tr:last-child > td, tr:last-child > th { border-bottom: 0; }
.n, .trades td:nth-child(1), .trades td:nth-child(5), .trades td:nth-child(7),
.trades td:nth-child(n + 8):nth-child(-n + 12) { text-align: right; }
thead th { font-size: 12px; border-bottom: 1px solid var(--rule); }
.tall thead th { position: sticky; top: 0; background: var(--card);
  box-shadow: inset 0 -1px var(--rule); }
tbody tr:hover { background: color-mix(in srgb, var(--equity) 5%, transparent); }
th button:hover { color: var(--ink); }
th[aria-sort] { color: var(--ink); }
th[aria-sort="ascending"] button::after { content: " \2191"; }
th[aria-sort="descending"] button::after { content: " \2193"; }
.up { color: var(--gain); }
.down { color: var(--loss); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr));
  gap: 0 36px; align-items: start; }
.figures table { table-layout: fixed; }
.figures th { width: 58%; white-space: normal; overflow-wrap: anywhere; }
.figures abbr { text-decoration: none; cursor: help;
  border-bottom: 1px dotted var(--faint); }
.figures td { text-align: right; }
.figures td.not { color: var(--faint); white-space: normal; font-size: 12px; }
.heat { table-layout: fixed; min-width: 760px; }
.heat td, .heat th { text-align: right; padding: 5px 9px; border: 0; }
.heat td { border: 2px solid var(--card); border-radius: 5px; }
.heat .sum { font-weight: 620; }
.gain1 { background: color-mix(in srgb, var(--gain) 10%, var(--card)); }
.gain2 { background: color-mix(in srgb, var(--gain) 20%, var(--card)); }
.gain3 { background: color-mix(in srgb, var(--gain) 32%, var(--card)); }
.gain4 { background: color-mix(in srgb, var(--gain) 44%, var(--card)); }
.gain5 { background: color-mix(in srgb, var(--gain) 56%, var(--card)); }
.loss1 { background: color-mix(in srgb, var(--loss) 10%, var(--card)); }
.loss2 { background: color-mix(in srgb, var(--loss) 20%, var(--card)); }
.loss3 { background: color-mix(in srgb, var(--loss) 32%, var(--card)); }
.loss4 { background: color-mix(in srgb, var(--loss) 44%, var(--card)); }
.loss5 { background: color-mix(in srgb, var(--loss) 56%, var(--card)); }
.wide + .wide, .tall + h3 { margin-top: 18px; }
.narrow { width: auto; }
.narrow td, .narrow th { padding-right: 28px; }
.share { display: inline-block; height: 8px; min-width: 2px; border-radius: 2px;
  background: var(--loss); vertical-align: middle; }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--soft); font-size: 13px; }
details dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr;
  gap: 4px 18px; margin: 10px 0 0; font-size: 13px; }
details dt { color: var(--soft); }
details dd { margin: 0; }
pre { margin: 10px 0 0; padding: 12px 14px; overflow: auto; max-height: 480px;
  background: var(--page); border-radius: 8px; font: 12px/1.5 ui-monospace, SFMono-Regular,
  Menlo, Consolas, monospace; }
footer { color: var(--faint); font-size: 12px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 20px 12px 32px; }
  h1 { font-size: 24px; }
  figure, section.card { padding: 12px 12px 10px; }
}
@media print {
  :root { --page: #fff; }
  main { max-width: none; padding: 0; }
  figure, section.card { break-inside: avoid; }
  .tall { max-height: none; overflow: visible; }
  .zoom { display: none; }
}
)css";

}  // namespace

std::string_view page_style() {
    return kStyle;
}

}  // namespace tradectl::backtest::page
