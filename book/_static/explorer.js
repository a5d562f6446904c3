/* Sliders over precomputed solutions, and a map of zones. The data stand in the page itself, so that
   this works from a folder without a network. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const DASHES = ["", "7 4", "2 3", "9 3 2 3", "1 4"];

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    set(node, attributes);
    node.append(...children);
    return node;
  }

  function draw(tag, attributes = {}, ...children) {
    const node = document.createElementNS(SVG, tag);
    set(node, attributes);
    node.append(...children);
    return node;
  }

  function set(node, attributes) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  }

  function ticks(low, high, count) {
    const raw = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
    const out = [];
    for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-9; v += step) {
      out.push(Math.abs(v) < step * 1e-6 ? 0 : v);
    }
    return out;
  }

  function written(value, year = false) {
    if (value === null || value === undefined) return "–";
    if (year) return String(value);
    const size = Math.abs(value);
    const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return value
      .toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits })
      .replace("-", "−");
  }

  /* A line chart. lines: [{name, y, kind}], y may hold null; kind is its place in the legend or
     "reference". Returns the svg. */
  function chart({ x, lines, title, xLabel, yLabel, years = false, mark = [] }) {
    const width = 340, height = 230, left = 48, right = 10, top = 26, bottom = 40;
    const values = lines.flatMap((l) => l.y).filter((v) => v !== null);
    let low = Math.min(...values), high = Math.max(...values);
    if (low > 0 && low < 0.4 * high) low = 0;
    if (high < 0 && high > 0.4 * low) high = 0;
    if (!(high > low)) [low, high] = [low - 1, high + 1];
    const pad = 0.06 * (high - low);
    low -= pad;
    high += pad;
    const first = x[0], last = x[x.length - 1];
    const px = (v) => left + ((v - first) / (last - first)) * (width - left - right);
    const py = (v) => height - bottom - ((v - low) / (high - low)) * (height - top - bottom);
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
    svg.append(text(left - 40, 14, title, { class: "title" }));
    for (const v of ticks(low, high, 4)) {
      svg.append(
        draw("line", { x1: left, x2: width - right, y1: py(v), y2: py(v), class: v === 0 ? "zero" : "grid" }),
        text(left - 5, py(v) + 4, written(v), { "text-anchor": "end" }),
      );
    }
    for (const v of ticks(first, last, 5)) {
      svg.append(text(px(v), height - bottom + 15, written(v, years), { "text-anchor": "middle" }));
    }
    svg.append(
      text((left + width - right) / 2, height - 6, xLabel, { "text-anchor": "middle", class: "label" }),
      text(11, (top + height - bottom) / 2, yLabel, {
        "text-anchor": "middle", class: "label",
        transform: `rotate(-90 11 ${(top + height - bottom) / 2})`,
      }),
    );
    for (const { at, name } of mark) {
      if (at === null || at < first || at > last) continue;
      svg.append(
        draw("line", { x1: px(at), x2: px(at), y1: top, y2: height - bottom, class: "mark" }),
        text(px(at) + 3, top + 9, name, { class: "label" }),
      );
    }
    for (const line of lines) {
      let path = "", pen = false;
      line.y.forEach((v, i) => {
        if (v === null) pen = false;
        else {
          path += `${pen ? "L" : "M"}${px(x[i]).toFixed(1)} ${py(v).toFixed(1)}`;
          pen = true;
        }
      });
      const style = line.kind === "reference" ? "reference" : `series s${line.kind}`;
      svg.append(draw("path", { d: path, class: style, "stroke-dasharray": DASHES[line.kind] || "" }));
    }
    const rule = draw("line", { y1: top, y2: height - bottom, class: "rule", visibility: "hidden" });
    svg.append(rule);
    return { svg, px, rule, bounds: { left, right: width - right, width } };
  }

  function text(x, y, content, attributes) {
    const node = draw("text", { x, y, ...attributes });
    node.textContent = content;
    return node;
  }

  function legend(names) {
    const list = make("ul", { class: "legend" });
    names.forEach((name, i) => {
      const key = draw("svg", { viewBox: "0 0 26 8", width: 26, height: 8, "aria-hidden": "true" },
        draw("path", { d: "M0 4H26", class: `series s${i}`, "stroke-dasharray": DASHES[i] || "" }));
      list.append(make("li", {}, key, name));
    });
    return list;
  }

  function numbers(x, xLabel, lines) {
    const head = make("tr", {}, ...[xLabel, ...lines.map((l) => l.name)].map((h) => {
      const cell = make("th", { scope: "col" });
      cell.textContent = h;
      return cell;
    }));
    const rows = x.map((v, i) => make("tr", {}, ...[v, ...lines.map((l) => l.y[i])].map((n) => {
      const cell = make("td", { class: "num" });
      cell.textContent = written(n);
      return cell;
    })));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  }

  /* Under the pointer: the values at the nearest point. */
  function follow(parts, x, lines, line, years = false) {
    const { svg, px, rule, bounds } = parts;
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * bounds.width;
      let best = 0;
      x.forEach((v, i) => {
        if (Math.abs(px(v) - at) < Math.abs(px(x[best]) - at)) best = i;
      });
      set(rule, { x1: px(x[best]), x2: px(x[best]), visibility: "visible" });
      const seen = lines.filter((l) => l.kind !== "reference");
      line.textContent = `${written(x[best], years)}: ` + seen.map((l) => `${l.name} ${written(l.y[best])}`).join(", ");
    });
    svg.addEventListener("pointerleave", () => {
      set(rule, { visibility: "hidden" });
      line.textContent = "";
    });
  }

  function sliders(root, spec) {
    const place = spec.controls.map((c) => c.start);
    const form = make("div", { class: "controls", role: "group", "aria-label": "Settings" });
    const status = make("p", { class: "status", "aria-live": "polite" });
    const panels = make("div", { class: "panels" });
    const table = make("details", {}, make("summary", {}, "Numbers of this setting"));
    const body = make("div", { class: "numbers", tabindex: "0", role: "region", "aria-label": `Numbers of this setting: ${root.id.replace("explore-", "")}` });
    table.append(body);
    const reference = spec.results[spec.controls.map((c) => c.start).join()];

    spec.controls.forEach((control, i) => {
      const id = `${root.id}-${control.id}`;
      const output = make("output", { for: id });
      const input = make("input", {
        id, type: "range", min: 0, max: control.values.length - 1, step: 1, value: control.start,
      });
      const update = () => {
        place[i] = Number(input.value);
        output.textContent = control.values[place[i]];
        input.setAttribute("aria-valuetext", control.values[place[i]]);
      };
      update();
      input.addEventListener("input", () => {
        update();
        render();
      });
      form.append(make("label", { for: id }, control.label, " ", output, input));
    });
    const reset = make("button", { type: "button" }, "Back to the start");
    reset.addEventListener("click", () => {
      form.querySelectorAll("input").forEach((input, i) => {
        input.value = spec.controls[i].start;
        input.dispatchEvent(new Event("input"));
      });
    });
    form.append(reset);

    function render() {
      const key = place.join(), found = spec.results[key];
      status.textContent = found.note;
      status.classList.toggle("warning", Boolean(found.warning));
      panels.replaceChildren();
      body.replaceChildren();
      spec.panels.forEach((panel, p) => {
        const lines = found.lines[p].map((y, s) => ({ y, name: panel.series[s], kind: s }));
        const drawn = [...lines];
        if (found !== reference) {
          drawn.unshift(...reference.lines[p].map((y) => ({ y, kind: "reference" })));
        }
        const parts = chart({
          x: panel.x, lines: drawn, title: panel.title, xLabel: panel.xLabel, yLabel: panel.yLabel,
          mark: (found.marks || []).filter((m) => m.panel === p),
        });
        const readout = make("p", { class: "readout" });
        follow(parts, panel.x, lines, readout);
        const box = make("div", { class: "panel" }, parts.svg);
        if (spec.own) box.append(legend(panel.series));
        box.append(readout);
        panels.append(box);
        const heading = make("p", { class: "heading" });
        heading.textContent = `${panel.title} (${panel.yLabel})`;
        body.append(heading, numbers(panel.x, panel.xLabel, lines));
      });
    }
    root.append(form, status, panels);
    render();
    const hint = make("p", { class: "hint" }, "Thin grey lines: the setting at the start.");
    if (!spec.own) panels.before(legend(spec.panels[0].series));
    root.append(hint, table);
  }

  /* Values at x of the line through the points (xs, ys); null outside. */
  function between(x, xs, ys) {
    return x.map((v) => {
      const i = xs.findIndex((u) => u >= v);
      if (i < 0 || (i === 0 && xs[0] !== v)) return null;
      if (xs[i] === v) return ys[i];
      const t = (v - xs[i - 1]) / (xs[i] - xs[i - 1]);
      return (1 - t) * ys[i - 1] + t * ys[i];
    });
  }

  function zones(root, spec) {
    const ids = Object.keys(spec.zones);
    const [W, H] = spec.size;
    const svg = draw("svg", { viewBox: `0 0 ${W} ${H}`, class: "map", role: "img", "aria-label": spec.label });
    const shapes = {};
    for (const id of ids) {
      shapes[id] = draw("path", { d: spec.zones[id].shape });
      shapes[id].dataset.zone = id;
      svg.append(shapes[id]);
    }
    svg.append(draw("path", { d: spec.borders, class: "borders" }));
    const outline = draw("path", { class: "chosen" });
    svg.append(outline);

    const menu = make("select", { id: `${root.id}-colour` },
      ...spec.columns.map((c, i) => make("option", { value: i }, c.label)));
    const search = make("input", { id: `${root.id}-search`, type: "search", list: `${root.id}-names`, autocomplete: "off" });
    const names = make("datalist", { id: `${root.id}-names` },
      ...ids.map((id) => make("option", { value: spec.zones[id].name })));
    const before = make("button", { type: "button" }, "One lower");
    const after = make("button", { type: "button" }, "One higher");
    const controls = make("div", { class: "controls", role: "group", "aria-label": "Map and zone" },
      make("label", { for: menu.id }, "Colour by", menu),
      make("label", { for: search.id }, "Find a county", search), names, make("div", { class: "pair" }, before, after));
    const scale = make("ul", { class: "legend scale" });
    const panel = make("div", { class: "zone", "aria-live": "polite" });
    let chosen = null, pinned = spec.start, order = [], rank = {};

    function colour() {
      const column = Number(menu.value), { bins, unit } = spec.columns[column];
      order = ids.filter((id) => spec.zones[id].values[column] !== null);
      order.sort((a, b) => spec.zones[a].values[column] - spec.zones[b].values[column]);
      rank = Object.fromEntries(order.map((id, i) => [id, i + 1]));
      for (const id of ids) {
        const value = spec.zones[id].values[column];
        const bin = value === null ? "none" : bins.filter((edge) => value >= edge).length;
        shapes[id].setAttribute("class", `bin-${bin}`);
      }
      scale.replaceChildren();
      const known = order.map((id) => spec.zones[id].values[column]);
      const edges = [known[0], ...bins, known[known.length - 1]];
      edges.slice(1).forEach((high, i) => {
        const box = draw("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" },
          draw("rect", { width: 12, height: 12, class: `bin-${i}` }));
        scale.append(make("li", {}, box, `${written(edges[i])} to ${written(high)}`));
      });
      const none = ids.length - order.length;
      if (none) {
        const box = draw("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" },
          draw("rect", { width: 12, height: 12, class: "bin-none" }));
        scale.append(make("li", {}, box, `no data (${none})`));
      }
      scale.setAttribute("aria-label", unit);
      tell(chosen || pinned, true);
    }

    function tell(id, again = false) {
      if (!id || (id === chosen && !again)) return;
      chosen = id;
      const zone = spec.zones[id];
      outline.setAttribute("d", zone.shape);
      const heading = make("p", { class: "heading" });
      heading.textContent = zone.name;
      const facts = make("dl");
      spec.columns.forEach((column, i) => {
        const term = make("dt"), value = make("dd");
        term.textContent = column.label;
        value.textContent = written(zone.values[i]) + (zone.values[i] === null ? "" : ` ${column.unit}`);
        if (i === Number(menu.value) && rank[id]) value.textContent += ` (rank ${rank[id]} of ${order.length} from below)`;
        facts.append(term, value);
      });
      panel.replaceChildren(heading, facts);
      if (zone.path) {
        const lines = [{ y: zone.path, name: spec.path.name, kind: 0 }];
        if (zone.model) lines.push({ y: between(spec.path.x, spec.path.modelX, zone.model), name: spec.path.model, kind: 1 });
        const parts = chart({ x: spec.path.x, lines, title: spec.path.title, xLabel: "", yLabel: spec.path.yLabel, years: true });
        const readout = make("p", { class: "readout" });
        follow(parts, spec.path.x, lines, readout, true);
        panel.append(make("div", { class: "panel" }, parts.svg, readout));
        if (lines.length > 1) panel.append(legend(lines.map((l) => l.name)));
      }
    }

    svg.addEventListener("pointerover", (event) => {
      if (event.target.dataset.zone) tell(event.target.dataset.zone);
    });
    svg.addEventListener("pointerleave", () => tell(pinned));
    svg.addEventListener("click", (event) => {
      if (event.target.dataset.zone) pin(event.target.dataset.zone);
    });
    function pin(id) {
      pinned = id;
      tell(id);
    }
    const step = (by) => {
      const at = order.indexOf(pinned) + by;
      if (order[at]) pin(order[at]);
    };
    before.addEventListener("click", () => step(-1));
    after.addEventListener("click", () => step(1));
    search.addEventListener("input", () => {
      const asked = search.value.trim().toLowerCase();
      if (asked.length < 3) return;
      const named = (test) => ids.find((id) => test(spec.zones[id]));
      const found =
        named((z) => z.name.toLowerCase() === asked) ||
        named((z) => z.name.toLowerCase().startsWith(asked)) ||
        named((z) => z.counties.toLowerCase().includes(asked));
      if (found) pin(found);
    });
    menu.addEventListener("change", colour);
    const hint = make("p", { class: "hint" }, "Point at a zone, or find one by the name of a county; a click keeps it.");
    root.append(controls, make("div", { class: "beside" }, make("div", {}, svg, scale, hint), panel));
    colour();
  }

  const kinds = { sliders, zones };
  document.querySelectorAll(".regspec-explorer").forEach((root) => {
    const data = root.querySelector('script[type="application/json"]');
    if (!data || !(root.dataset.kind in kinds)) return;
    kinds[root.dataset.kind](root, JSON.parse(data.textContent));
    data.remove();
    const still = document.getElementById(root.dataset.still);
    if (still) still.closest("figure")?.classList.add("replaced-on-screen");
  });
})();
