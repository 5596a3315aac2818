// Drawing: the same pictures as page_charts.cpp, at the reader's width and zoom.
#include "host/backtest/page_script.hpp"

#include "host/backtest/page_pointer.hpp"

namespace tradectl::backtest::page {
namespace {

constexpr std::string_view kDraw = R"js('use strict';
const D = JSON.parse(document.getElementById('data').textContent);
const LEFT = 68, RIGHT = 14, AXIS = 26, TRADE_LINES_MAX = 150;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAY = 864e5;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
  43200].map(s => s * 1e3);

function timesOf(runs) {
  const times = [];
  let at = 0;
  for (let i = 0; i < runs.length; i += 2)
    for (let left = runs[i]; left > 0; --left) times.push(at += runs[i + 1]);
  return times;
}
const isNumber = Number.isFinite;
function unpack(series, values) {
  series.t = timesOf(series.dt);
  for (const name of ['lo', 'hi'])
    if (series[name])
      series[name] = series[name].map((off, i) => isNumber(off) ? values[i] + off : null);
}
const E = D.equity;
unpack(E, E.v);
E.down = E.dd.map(d => isNumber(d) ? -d : null);
for (const name in D.prices) unpack(D.prices[name], D.prices[name].c);
const view = { from: 0, to: D.span };

const escapeText = text => text.replace(/[&<>"']/g, c => '&#' + c.charCodeAt(0) + ';');
const grouped = text => text.replace('-', '\u2212')
  .replace(/^(\u2212?)(\d+)/, (_, sign, whole) => sign + whole.replace(/\B(?=(\d{3})+$)/g, ','));
const fixed = (value, decimals) => grouped((value || 0).toFixed(decimals));
const amount = value => {
  if (!isNumber(value)) return '\u2013';
  const size = Math.abs(value);
  return fixed(value, size >= 1e3 ? 2 : size >= 1 ? 4 : size > 0 ? 8 : 0);
};
const percent = (value, decimals = 2) =>
  isNumber(value) ? fixed(value * 100, decimals) + '\u00a0%' : '\u2013';
const pad = number => String(number).padStart(2, '0');
const clock = date => pad(date.getUTCHours()) + ':' + pad(date.getUTCMinutes());
const moment = at => new Date(D.first + at).toISOString().replace('T', ' ')
  .replace(/(\.000)?Z$/, '');

// Round values inside of low..high, with labels that tell them apart.
function valueTicks(low, high, most, isPercent) {
  const span = high - low;
  if (!(span > 0)) return [];
  const least = span / most, power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find(f => f * power >= least * (1 - 1e-9)) * power;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (!(step > largest * 1e-12)) return [];
  const [unit, name] = isPercent ? [.01, '\u00a0%']
    : [[1e12, 'T'], [1e9, 'B'], [1e6, 'M']].find(u => largest >= 10 * u[0]) || [1, ''];
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9)));
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
    ticks.push([i * step, fixed(i * step / unit, decimals) + name]);
  return ticks;
}

// Calendar times (UTC) inside of from..to: [time, label, whether it begins a larger unit].
function timeTicks(from, to, most) {
  const ticks = [], first = D.first + from, last = D.first + to, span = to - from;
  const step = STEPS.find(s => span / s < most);
  const days = [1, 2, 5, 10].find(d => span / (d * DAY) < most - 1);
  if (step) {
    for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
      const date = new Date(at), isDay = at % DAY === 0;
      const text = isDay ? date.getUTCDate() + '\u00a0' + MONTHS[date.getUTCMonth()]
        : clock(date) + (step < 6e4 ? ':' + pad(date.getUTCSeconds()) : '');
      ticks.push([at - D.first, text, isDay]);
    }
  } else if (days) {
    for (let at = Math.ceil(first / DAY) * DAY; at <= last; at += DAY) {
      const date = new Date(at), day = date.getUTCDate(), month = date.getUTCMonth();
      if ((day - 1) % days || day + Math.floor(days / 2) > 31) continue;
      const isYear = day === 1 && month === 0;
      ticks.push([at - D.first, isYear ? String(date.getUTCFullYear())
        : day + '\u00a0' + MONTHS[month], day === 1]);
    }
  } else {
    const months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200]
      .find(m => span / (m * 28 * DAY) < most) || 2400;
    const start = new Date(first);
    let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
    for (month -= month % months;; month += months) {
      const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (at > last) break;
      if (at < first) continue;
      const isYear = month % 12 === 0;
      ticks.push([at - D.first, isYear ? String(month / 12) : MONTHS[month % 12],
        isYear && months < 12]);
    }
  }
  return ticks;
}

// The indices that are in view, and one more on either side for the lines that lead out.
function inView(times) {
  const from = lowerBound(times, view.from), to = lowerBound(times, view.to);
  return [Math.max(0, from - 1), Math.min(times.length, to + 1)];
}
function lowerBound(times, at) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1; else high = middle;
  }
  return low;
}

// Of each pixel column the first, lowest, highest and last point (M4).
function thin(points) {
  const out = [];
  for (let i = 0; i < points.length;) {
    const column = Math.floor(points[i][0]);
    let low = i, high = i, end = i;
    for (; end < points.length && Math.floor(points[end][0]) === column; ++end) {
      if (points[end][1] < points[low][1]) low = end;
      if (points[end][1] > points[high][1]) high = end;
    }
    for (const kept of [...new Set([i, low, high, end - 1])].sort((a, b) => a - b))
      out.push(points[kept]);
    i = end;
  }
  return out;
}
const place = point => point[0].toFixed(1) + ' ' + point[1].toFixed(1);
const isPlace = point => isNumber(point[0]) && isNumber(point[1]);
function linePath(points) {
  let data = '', next = 'M';
  for (const point of points) {
    if (isPlace(point)) data += next + place(point);
    next = isPlace(point) ? 'L' : 'M';
  }
  return data;
}
function bandPath(lows, highs) {
  const data = linePath(lows.concat([...highs].reverse()).filter(isPlace));
  return data && data + 'Z';
}
// Normal and small.
const SHAPES = {
  'long entry': ['m0 2l5 9h-10z', 'm0 1l3 5h-6z'],
  'short entry': ['m0-2l5-9h-10z', 'm0-1l3-5h-6z'],
  'long exit': ['m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z', 'm-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z'],
  'short exit': ['m0-5l5 5l-5 5l-5-5z', 'm0-3l3 3l-3 3l-3-3z'],
};
function marks(kind, points, isFew) {
  const covered = new Set();
  let data = '';
  for (const point of points.filter(isPlace)) {
    const cell = Math.round(point[0] / 4) + ',' + Math.round(point[1] / 7);
    if (covered.has(cell)) continue;
    covered.add(cell);
    data += 'M' + place(point) + SHAPES[kind][isFew ? 0 : 1];
  }
  return data && '<path class="mark ' + kind + '" d="' + data + '"/>';
}
const path = (name, data) => data ? '<path class="' + name + '" d="' + data + '"/>' : '';
const text = (name, x, y, label) =>
  '<text class="' + name + '" x="' + x.toFixed(1) + '" y="' + y.toFixed(1) + '">' +
  escapeText(label) + '</text>';

// A part of a picture: its place, what its range must hold, and what is drawn in it.
function widened([low, high], share) {
  const middle = low / 2 + high / 2;
  if (high - low < Math.max(Math.abs(middle) * 1e-9, 1e-12)) {
    const half = middle === 0 ? 1 : Math.abs(middle) * .01;
    return [middle - half, middle + half];
  }
  return [low - (high - low) * share, high + (high - low) * share];
}
function extent(lists, [from, to]) {
  let low = Infinity, high = -Infinity;
  for (const list of lists)
    for (let i = from; i < to; ++i) {
      if (!isNumber(list[i])) continue;
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  return low <= high ? [low, high] : [0, 0];
}
)js";

constexpr std::string_view kPanels = R"js(
const money = name => D.currency ? name + ', ' + D.currency : name;
const EQUITY_PANELS = [
  { top: 30, height: 230, title: money('Equity'), list: E.v, name: 'equity',
    range: span => widened(extent([E.v, E.lo || [], E.hi || []], span), .06) },
  { top: 296, height: 84, title: 'Drawdown from the peak', list: E.down, name: 'drawdown',
    isPercent: true, base: 'top',
    range: span => [(Math.min(0, extent([E.down], span)[0]) || -.01) * 1.08, 0] },
  { top: 416, height: 74, title: money('Exposure'), list: E.ex, name: 'exposure',
    range: span => [0, (Math.max(0, extent([E.ex], span)[1]) || 1) * 1.08] },
];
function pricePanel(series) {
  const inside = trade => trade[3] >= view.from && trade[2] <= view.to;
  return { top: 14, height: 286, title: '', list: series.c, name: 'price', series,
    range: span => {
      let [low, high] = extent([series.lo, series.hi, series.c], span);
      for (const trade of series.tr.filter(inside))
        for (const price of [trade[4], trade[5]].filter(isNumber))
          [low, high] = [Math.min(low, price), Math.max(high, price)];
      return widened([low, high], .08);
    } };
}

function drawPanel(chart, panel, x) {
  const span = inView(chart.t), [low, high] = panel.range(span);
  const y = value =>
    isNumber(value) ? panel.top + (high - value) / (high - low) * panel.height : NaN;
  const bottom = panel.top + panel.height, right = chart.width - RIGHT;
  const line = list => {
    const points = [];
    for (let i = span[0]; i < span[1]; ++i) points.push([x(chart.t[i]), y(list[i])]);
    return thin(points);
  };
  panel.y = y;
  let back = '', front = '';
  for (const [value, label] of
    valueTicks(low, high, Math.max(Math.floor(panel.height / 44), 3), panel.isPercent)) {
    back += path('grid', linePath([[LEFT, y(value)], [right, y(value)]]));
    back += text('tick end', LEFT - 8, y(value) + 4, label);
  }
  back += text('panel', LEFT, panel.top - 8, panel.title);
  if (panel.name === 'equity' && D.start > low && D.start < high)
    back += path('base', linePath([[LEFT, y(D.start)], [right, y(D.start)]]));
  const points = line(panel.list);
  if (panel.name === 'price' || panel.name === 'equity') {
    const lists = panel.series || E;
    if (lists.lo) front += path('band ' + panel.name, bandPath(line(lists.lo), line(lists.hi)));
  }
  if (panel.name !== 'price' && points.length) {
    const base = panel.base === 'top' ? panel.top : bottom;
    front += path('area ' + panel.name,
      bandPath(points, [[points[0][0], base], [points[points.length - 1][0], base]]));
  }
  front += path('line ' + panel.name, linePath(points));
  if (points.length === 1) front += marks('long exit', points, true).replace('long exit', 'dot');
  if (panel.series) front += drawTrades(panel.series.tr, x, y);
  return [back, front];
}

function drawTrades(trades, x, y) {
  const shown = trades.filter(t => t[3] >= view.from && t[2] <= view.to);
  const points = { 'long exit': [], 'short exit': [], 'long entry': [], 'short entry': [] };
  let won = '', lost = '';
  for (const t of shown) {
    const side = t[1] > 0 ? 'long' : 'short';
    const entry = [x(t[2]), y(t[4])], exit = [x(t[3]), y(t[5])];
    points[side + ' entry'].push(entry);
    points[side + ' exit'].push(exit);
    if (t[6] > 0) won += linePath([entry, exit]); else lost += linePath([entry, exit]);
  }
  const few = shown.length <= TRADE_LINES_MAX;
  return (few ? path('trade won', won) + path('trade lost', lost) : '') +
    Object.keys(points).map(kind => marks(kind, points[kind], few)).join('');
}

const charts = [...document.querySelectorAll('svg[data-kind]')].map((svg, number) => {
  const series = D.prices[svg.dataset.kind];
  return { svg, number, t: series ? series.t : E.t, series,
    panels: series ? [pricePanel(series)] : EQUITY_PANELS };
});
const scaleX = chart => at =>
  LEFT + (at - view.from) / (view.to - view.from) * (chart.width - LEFT - RIGHT);

function draw(chart) {
  const { svg, panels } = chart;
  chart.width = Math.max(320, Math.round(svg.getBoundingClientRect().width));
  const last = panels[panels.length - 1];
  const top = panels[0].top, bottom = last.top + last.height, right = chart.width - RIGHT;
  const x = scaleX(chart);
  let back = '', front = '';
  for (const [at, label, isMajor] of
    timeTicks(view.from, view.to, Math.max(2, Math.floor(chart.width / 88)))) {
    const major = isMajor ? ' major' : '';
    back += path('grid' + major, linePath([[x(at), top], [x(at), bottom]]));
    back += text('tick mid' + major, x(at), bottom + 17, label);
  }
  for (const panel of panels) {
    const [behind, before] = drawPanel(chart, panel, x);
    back += behind;
    front += before;
  }
  back += path('axis', linePath([[LEFT, bottom], [right, bottom]]));
  const clip = 'clip-' + chart.number;
  svg.setAttribute('viewBox', '0 0 ' + chart.width + ' ' + (bottom + AXIS));
  svg.innerHTML = '<clipPath id="' + clip + '"><rect x="' + (LEFT - 6) + '" y="0" width="' +
    (right - LEFT + 12) + '" height="' + (bottom + AXIS) + '"/></clipPath>' + back +
    '<g clip-path="url(#' + clip + ')">' + front + '</g><g class="over"></g>';
  chart.over = svg.lastChild;
}
const drawAll = () => charts.forEach(draw);
)js";

}  // namespace

std::string page_script() {
    return std::string(kDraw).append(kPanels).append(pointer_script());
}

}  // namespace tradectl::backtest::page
