'use strict';
// Drives a page the way a reader does and writes what it saw into <pre id="probe">.
(() => {
    const seen = {errors: window.probeErrors};
    const charts = [...document.querySelectorAll('svg[data-kind]')];
    const tip = document.getElementById('tip');
    const point = (svg, share) => {
        const box = svg.getBoundingClientRect();
        return {clientX: box.left + box.width * share, clientY: box.top + 40, bubbles: true};
    };
    const send = (svg, type, share) => svg.dispatchEvent(new PointerEvent(type, point(svg, share)));
    const lineOf = svg =>
        (svg.querySelector('.line') || {getAttribute: () => ''}).getAttribute('d');

    seen.title = document.title;
    seen.images = document.images.length;
    seen.resources = performance.getEntriesByType('resource').map(entry => entry.name);
    seen.pictures = [...document.querySelectorAll('figure > svg')].map(svg => {
        const paths = [...svg.querySelectorAll('path')];
        const text =
            [...svg.querySelectorAll('*')]
                .flatMap(element => [...element.attributes].map(attribute => attribute.value))
                .join(' ');
        return {
            kind: svg.dataset.kind || '',
            paths: paths.length,
            empty: paths.filter(path => !path.getAttribute('d')).length,
            length: paths.reduce((sum, path) => sum + path.getTotalLength(), 0),
            ticks: svg.querySelectorAll('.tick').length,
            bad: /NaN|Infinity|undefined|null/.test(text),
            box: svg.getAttribute('viewBox'),
            width: svg.getBoundingClientRect().width
        };
    });

    seen.hover = charts.map(svg => {
        send(svg, 'pointermove', .5);
        const result = {
            hidden: tip.hidden,
            text: tip.innerText,
            crosses: document.querySelectorAll('.cross').length,
            dots: svg.querySelectorAll('circle.at').length
        };
        send(svg, 'pointerleave', .5);
        result.left = tip.hidden && !document.querySelector('.cross');
        return result;
    });

    const reset = document.querySelector('.zoom button');
    seen.zoom = charts.slice(0, 2).map(svg => {
        const before = lineOf(svg);
        send(svg, 'pointerdown', .3);
        send(svg, 'pointermove', .45);
        const selecting = svg.querySelectorAll('.select').length;
        send(svg, 'pointermove', .6);
        send(svg, 'pointerup', .6);
        const during = lineOf(svg);
        const enabled = reset ? !reset.disabled : null;
        svg.dispatchEvent(new MouseEvent('dblclick', point(svg, .5)));
        const back = lineOf(svg);
        send(svg, 'pointerleave', .5);
        return {
            selecting,
            changed: during !== before,
            drawn: during.length,
            enabled,
            restored: back === before,
            disabled: reset ? reset.disabled : null
        };
    });

    seen.keys = charts.slice(0, 1).map(svg => {
        const press = key => {
            svg.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
            return tip.hidden ? '' : tip.firstChild.textContent;
        };
        const moves = [press('ArrowRight'), press('ArrowRight'), press('ArrowLeft')];
        const before = lineOf(svg);
        press('+');
        const zoomed = lineOf(svg) !== before;
        press('Escape');
        return {moves, zoomed, restored: lineOf(svg) === before, hidden: tip.hidden};
    });

    const table = document.querySelector('table.sorted');
    const column = index => [...table.tBodies[0].rows].map(row => row.cells[index].textContent);
    seen.sort = table && table.tBodies[0].rows.length ? [0, 5, 7, 9].map(index => {
        const head = table.tHead.rows[0].cells[index];
        head.firstChild.click();
        const up = column(index), state = head.getAttribute('aria-sort');
        head.firstChild.click();
        return {
            up,
            down: column(index),
            state,
            after: head.getAttribute('aria-sort'),
            sorted: table.querySelectorAll('[aria-sort]').length,
            held: [...table.tBodies[0].rows].map(row => Number(row.cells[7].dataset.v))
        };
    }) :
                                                        [];

    const out = document.createElement('pre');
    out.id = 'probe';
    out.textContent = JSON.stringify(seen);
    document.body.append(out);
})();
