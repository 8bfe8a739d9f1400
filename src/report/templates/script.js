"use strict";
// The pages are complete without this script. It filters, sorts and pages through the lists of the
// index, shows one stride's curves together, and plays the body through the averaged stride.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // ---- lists of the index: what fits the filter, in order, a page at a time
  const lists = all("[data-list]").map((body) => {
    const items = all("[data-item]", body);
    const section = body.closest("section");
    return {
      name: body.dataset.list, body, items, section, rows: Number(body.dataset.rows),
      order: items, fitting: items, page: 0, whole: false,
      shown: items.filter((item) => !item.classList.contains("later")),
      pager: section.querySelector(".pager"), texts: new Map(), limbs: new Map(),
    };
  });
  // pictures of entries that waited are kept in comments
  const unfolded = new WeakSet();
  const unfold = (item) => {
    if (unfolded.has(item)) return;
    unfolded.add(item);
    const walker = document.createTreeWalker(item, NodeFilter.SHOW_COMMENT);
    const comments = [];
    while (walker.nextNode()) comments.push(walker.currentNode);
    for (const comment of comments) {
      const range = document.createRange();
      range.selectNode(comment);
      comment.replaceWith(range.createContextualFragment(comment.data));
    }
    for (const brief of all(".brief", item)) brief.remove();
  };
  const show = (list) => {
    const size = list.whole ? Infinity : list.rows;
    const last = Math.max(0, Math.ceil(list.fitting.length / size) - 1) || 0;
    list.page = Math.min(Math.max(list.page, 0), last);
    const from = list.whole ? 0 : list.page * list.rows;
    for (const item of list.shown) item.classList.add("later");
    list.shown = list.fitting.slice(from, from + size);
    for (const item of list.shown) {
      unfold(item);
      item.classList.remove("later");
    }
    list.body.append(...list.shown);
    const { pager, fitting } = list;
    if (!pager) return;
    pager.hidden = fitting.length <= list.rows;
    pager.querySelector("output").value = fill(pager.dataset.of, {
      from: fitting.length ? from + 1 : 0, to: Math.min(from + size, fitting.length), of: fitting.length,
    });
    const [back, on, whole] = all("button", pager);
    back.disabled = list.page === 0;
    on.disabled = list.page === last;
    whole.disabled = list.whole;
  };
  const arrange = (list) => {
    list.fitting = list.order.filter((item) => !item.hidden);
    list.page = 0;
    show(list);
  };
  for (const list of lists) {
    show(list);
    list.pager?.addEventListener("click", (event) => {
      const go = event.target.dataset?.go;
      if (!go) return;
      if (go === "all") list.whole = true;
      else list.page += Number(go);
      show(list);
      if (go !== "all") list.section.scrollIntoView({ block: "start" });
    });
  }

  const form = document.querySelector("form.filter");
  if (form) {
    const filtered = lists.filter((list) => list.items.some((item) => "u" in item.dataset));
    const filter = () => {
      const wanted = form.elements;
      const text = wanted.text.value.trim().toLowerCase();
      const subject = wanted.subject.value.trim().toLowerCase();
      const fits = ({ dataset }) =>
        (!wanted.label.value || dataset.l === wanted.label.value) &&
        (!wanted.side.value || dataset.s === wanted.side.value) &&
        (!wanted.flag.value || (dataset.f && (wanted.flag.value === "*" || dataset.f.split(" ").includes(wanted.flag.value))));
      wanted.shown.value = filtered.map((list) => {
        for (const item of list.items) {
          // a session has two limbs, a line of the table is one: both fit when a limb does
          let limbs = list.limbs.get(item);
          if (!limbs) {
            limbs = "s" in item.dataset ? [item] : all("[data-s]", item);
            list.limbs.set(item, limbs);
          }
          let own = "";
          if (text) {
            own = list.texts.get(item) ?? item.textContent.toLowerCase();
            list.texts.set(item, own);
          }
          item.hidden = !(own.includes(text) && item.dataset.u.toLowerCase().startsWith(subject) && limbs.some(fits));
        }
        arrange(list);
        const counts = fill(list.pager.dataset.shown, { n: list.fitting.length, of: list.items.length });
        return `${list.name}: ${counts}`;
      }).join(" · ");
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  const table = document.querySelector("table.cohort");
  const list = table && lists.find(({ body }) => body === table.tBodies[0]);
  if (list) {
    const heads = [...table.tHead.rows[0].cells];
    const collator = new Intl.Collator("en", { numeric: true });
    heads.forEach((head, column) => {
      if ("fixed" in head.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const numeric = "numeric" in head.dataset;
      button.addEventListener("click", () => {
        const first = numeric ? "descending" : "ascending";
        const second = numeric ? "ascending" : "descending";
        const order = head.getAttribute("aria-sort") === first ? second : first;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const keys = list.items.map((item, i) => {
          const cell = item.cells[column];
          return { item, i, key: numeric ? parseFloat(cell.dataset.v) : cell.textContent.trim() };
        });
        keys.sort((a, b) => {
          if (!numeric) return sign * collator.compare(a.key, b.key) || a.i - b.i;
          if (isNaN(a.key) || isNaN(b.key)) return isNaN(a.key) - isNaN(b.key) || a.i - b.i;
          return sign * (a.key - b.key) || a.i - b.i;
        });
        list.order = keys.map(({ item }) => item);
        arrange(list);
      });
    });
  }

  // ---- one stride: its line, its curves and its point light up together
  const keyed = new Map();
  for (const element of all("[data-key]")) {
    const key = element.dataset.key;
    keyed.set(key, [...(keyed.get(key) || []), element]);
  }
  let lit = [];
  const light = (key) => {
    for (const element of lit) element.classList.remove("lit");
    lit = keyed.get(key) || [];
    for (const element of lit) element.classList.add("lit");
    document.documentElement.classList.toggle("lighting", lit.length > 0);
  };
  const keyOf = (event) => event.target instanceof Element && event.target.closest("[data-key]")?.dataset.key;
  if (keyed.size) {
    document.addEventListener("pointerover", (event) => light(keyOf(event)));
    document.addEventListener("focusin", (event) => light(keyOf(event)));
    document.addEventListener("focusout", () => light());
    for (const row of all("tr[data-key]")) row.tabIndex = -1;
    const first = document.querySelector("tr[data-key]");
    if (first) first.tabIndex = 0;
    // the ledger is one stop of the tab key; the arrows move in it
    document.addEventListener("keydown", (event) => {
      const row = event.target.closest?.("tr[data-key]");
      const next = row && { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
      if (!next) return;
      event.preventDefault();
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }

  // ---- the body through the averaged stride
  const player = document.querySelector(".player");
  if (player) {
    const line = (numbers, at) => at.map((i, n) => `${n ? "L" : "M"}${numbers[2 * i] / 10} ${numbers[2 * i + 1] / 10}`).join("");
    const parts = { leg: [0, 1, 2], pelvis: [0, 3], free: [3, 4, 5], trunk: [6, 7] };
    const figures = all(".posture[data-frames]").map((figure) => ({
      figure,
      frames: figure.dataset.frames.split(";").map((frame) => frame.split("|").map((body) => body.split(" ").map(Number))),
      bodies: [figure.querySelector(".body"), figure.querySelector(".norm")],
    }));
    const draw = (group, numbers) => {
      if (!group || !numbers || numbers.length < 12) return;
      for (const [name, at] of Object.entries(parts)) {
        if (2 * at[at.length - 1] + 1 < numbers.length) group.querySelector(`.${name}`)?.setAttribute("d", line(numbers, at));
      }
      const head = group.querySelector(".head");
      if (head && numbers.length >= 18) {
        head.setAttribute("cx", numbers[16] / 10);
        head.setAttribute("cy", numbers[17] / 10);
      }
    };
    const marks = all(".curve .plot").map((plot) => {
      const mark = document.createElementNS(plot.namespaceURI, "path");
      mark.setAttribute("class", "now");
      plot.append(mark);
      const [left, right] = plot.dataset.x.split(" ").map(Number);
      return { mark, left, right, height: plot.viewBox.baseVal.height };
    });
    const [button, slider, output] = player.children;
    const put = (pct) => {
      const place = Math.min(Math.max(pct, 0), 100) / 2;
      const [low, share] = [Math.floor(place), place % 1];
      for (const { frames, bodies } of figures) {
        const [a, b] = [frames[low], frames[Math.min(low + 1, frames.length - 1)]];
        bodies.forEach((group, i) => {
          const [from, to] = [a?.[i], b?.[i]];
          if (from && to && from.length === to.length) draw(group, from.map((v, n) => v + share * (to[n] - v)));
        });
      }
      for (const { mark, left, right, height } of marks) {
        mark.setAttribute("d", `M${left + (right - left) * pct / 100} 0V${height}`);
      }
      output.value = fill(player.dataset.at, { pct: Math.round(pct) });
    };
    let running = 0;
    let before = 0;
    const stop = () => {
      cancelAnimationFrame(running);
      running = 0;
      button.textContent = player.dataset.play;
    };
    // one stride in four seconds: slow enough to look at
    const step = (time) => {
      const pct = (Number(slider.dataset.exact) + (before ? (time - before) / 40 : 0)) % 100;
      before = time;
      slider.dataset.exact = pct;
      slider.value = pct;
      put(pct);
      running = requestAnimationFrame(step);
    };
    button.addEventListener("click", () => {
      if (running) return stop();
      before = 0;
      slider.dataset.exact = slider.value;
      button.textContent = player.dataset.pause;
      running = requestAnimationFrame(step);
    });
    slider.addEventListener("input", () => {
      stop();
      put(Number(slider.value));
    });
    output.value = fill(player.dataset.at, { pct: slider.value });
    player.hidden = false;
  }
})();
