#include "host/backtest/page_pointer.hpp"

namespace tradectl::backtest::page {
namespace {

constexpr std::string_view kPointer = R"js(
const tip = document.getElementById('tip');
const zoomBar = document.querySelector('.zoom');
const resetButton = zoomBar && zoomBar.querySelector('button');
let cursor = null, drag = null;

function nearest(times, at) {
  const after = lowerBound(times, at);
  if (after === 0) return 0;
  if (after === times.length) return after - 1;
  return at - times[after - 1] < times[after] - at ? after - 1 : after;
}
const chartOf = event => charts.find(chart => chart.svg === event.currentTarget);
function timeUnder(chart, clientX) {
  const box = chart.svg.getBoundingClientRect();
  const x = (clientX - box.left) / box.width * chart.width;
  const share = (x - LEFT) / (chart.width - LEFT - RIGHT);
  return view.from + Math.min(1, Math.max(0, share)) * (view.to - view.from);
}

// The line at the cursor in every picture, and a dot on each curve.
function drawCursor() {
  for (const chart of charts) {
    let inside = '';
    const x = scaleX(chart), panels = chart.panels, last = panels[panels.length - 1];
    if (cursor !== null && chart.t.length) {
      const at = nearest(chart.t, cursor), px = x(chart.t[at]);
      if (px >= LEFT - 1 && px <= chart.width - RIGHT + 1) {
        inside += path('cross', linePath([[px, panels[0].top], [px, last.top + last.height]]));
        for (const panel of panels.filter(each => isNumber(each.list[at])))
          inside += '<circle class="at" r="3" cx="' + px.toFixed(1) + '" cy="' +
            panel.y(panel.list[at]).toFixed(1) + '"/>';
      }
    }
    if (drag && drag.chart === chart && drag.to !== drag.from) {
      const [from, to] = [drag.from, drag.to].sort((a, b) => a - b).map(x);
      inside += '<rect class="select" x="' + from.toFixed(1) + '" y="' + panels[0].top +
        '" width="' + (to - from).toFixed(1) + '" height="' +
        (last.top + last.height - panels[0].top) + '"/>';
    }
    chart.over.innerHTML = inside;
  }
}

function showTip(chart, clientX, clientY) {
  const at = nearest(chart.t, cursor);
  if (!(at >= 0 && at < chart.t.length)) return;
  const rows = [];
  if (chart.series) {
    rows.push(['Price', amount(chart.series.c[at])]);
    if (chart.series.hi[at] > chart.series.lo[at])
      rows.push(['Low to high', amount(chart.series.lo[at]) + ' \u2013 ' +
        amount(chart.series.hi[at])]);
    const reach = (view.to - view.from) / chart.width * 8;
    const trade = chart.series.tr.find(t =>
      Math.abs(t[2] - cursor) < reach || Math.abs(t[3] - cursor) < reach);
    if (trade) {
      rows.push(['Trade ' + trade[0], trade[1] > 0 ? 'long' : 'short']);
      rows.push(['Entry', amount(trade[4])], ['Exit', amount(trade[5])]);
      rows.push(['Return', percent(trade[6], 3)]);
    }
  } else {
    rows.push(['Equity', amount(E.v[at])], ['Drawdown', percent(E.dd[at])],
      ['Exposure', amount(E.ex[at])]);
  }
  tip.textContent = '';
  const head = tip.appendChild(document.createElement('b'));
  head.textContent = moment(chart.t[at]);
  for (const [label, value] of rows) {
    const row = tip.appendChild(document.createElement('span'));
    row.appendChild(document.createElement('i')).textContent = label;
    row.appendChild(document.createElement('em')).textContent = value;
    row.lastChild.style.fontStyle = 'normal';
  }
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = clientX + 16 + box.width > innerWidth ? clientX - 16 - box.width : clientX + 16;
  tip.style.left = Math.max(4, left) + 'px';
  tip.style.top = Math.max(4, Math.min(clientY + 16, innerHeight - box.height - 4)) + 'px';
}
function leave() {
  cursor = null;
  drag = null;
  tip.hidden = true;
  drawCursor();
}

function zoom(from, to) {
  const least = Math.min(D.span, Math.max(D.span / 1e5, 1));
  if (to - from < least) {
    const middle = (from + to) / 2;
    [from, to] = [middle - least / 2, middle + least / 2];
  }
  view.from = Math.max(0, from);
  view.to = Math.min(D.span, to);
  if (resetButton) resetButton.disabled = view.from <= 0 && view.to >= D.span;
  drawAll();
  drawCursor();
}
const showAll = () => zoom(0, D.span);

function onMove(event) {
  const chart = chartOf(event);
  cursor = timeUnder(chart, event.clientX);
  if (drag) drag.to = cursor;
  drawCursor();
  showTip(chart, event.clientX, event.clientY);
}
function onDown(event) {
  if (event.button) return;
  const chart = chartOf(event), at = timeUnder(chart, event.clientX);
  drag = { chart, from: at, to: at, x: event.clientX };
}
function onUp(event) {
  const done = drag;
  drag = null;
  if (done && Math.abs(event.clientX - done.x) > 6)
    zoom(Math.min(done.from, done.to), Math.max(done.from, done.to));
  else drawCursor();
}
function onKey(event) {
  const chart = chartOf(event);
  if (!chart.t.length) return;
  const middle = (view.from + view.to) / 2;
  const at = nearest(chart.t, cursor === null ? middle : cursor);
  const width = view.to - view.from, centre = cursor === null ? middle : cursor;
  const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -50, PageDown: 50 }[event.key];
  if (move) cursor = chart.t[Math.min(chart.t.length - 1, Math.max(0, at + move))];
  else if (event.key === '+') zoom(centre - width / 4, centre + width / 4);
  else if (event.key === '-') zoom(centre - width, centre + width);
  else if (event.key === 'Escape') { leave(); showAll(); return; }
  else return;
  event.preventDefault();
  drawCursor();
  const box = chart.svg.getBoundingClientRect();
  if (cursor !== null)
    showTip(chart, box.left + scaleX(chart)(cursor) / chart.width * box.width, box.top + 40);
}

for (const chart of charts) {
  chart.svg.addEventListener('pointermove', onMove);
  chart.svg.addEventListener('pointerdown', onDown);
  chart.svg.addEventListener('pointerup', onUp);
  chart.svg.addEventListener('pointerleave', leave);
  chart.svg.addEventListener('dblclick', showAll);
  chart.svg.addEventListener('keydown', onKey);
  chart.svg.addEventListener('blur', leave);
}
if (zoomBar) {
  zoomBar.hidden = false;
  resetButton.addEventListener('click', showAll);
}
drawAll();
let drawnWidth = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === drawnWidth) return;
  drawnWidth = innerWidth;
  drawAll();
});

// Tables: a head that is a button sorts by its column; twice turns it around.
function valueOf(row, column, isNumber) {
  const cell = row.cells[column];
  const plain = (cell.dataset.v || cell.textContent).replace(/\u2212/g, '-');
  if (!isNumber) return plain;
  const number = parseFloat(plain.replace(/,/g, ''));
  return Number.isNaN(number) ? -Infinity : number;
}
function sortBy(head) {
  const table = head.closest('table'), column = head.cellIndex, body = table.tBodies[0];
  const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
  for (const each of head.parentNode.cells) each.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', order);
  const sign = order === 'ascending' ? 1 : -1;
  const isNumber = head.classList.contains('n');
  const rows = [...body.rows].map(row => [valueOf(row, column, isNumber), row]);
  rows.sort(([a], [b]) => sign * (a < b ? -1 : a > b ? 1 : 0));
  body.append(...rows.map(([, row]) => row));
}
for (const head of document.querySelectorAll('table.sorted th')) {
  const button = document.createElement('button');
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener('click', () => sortBy(head));
}
)js";

}  // namespace

std::string_view pointer_script() {
    return kPointer;
}

}  // namespace tradectl::backtest::page
