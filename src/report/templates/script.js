"use strict";
// The pages are complete without this script. It adds filtering of sessions and recordings and
// sorting, and shows one stride's curves together when its line or a curve is pointed at.
(() => {
  const form = document.querySelector("form.filter");
  if (form) {
    // a session has two limbs, a line of the table is one: both count as found when a limb is
    const lists = [...document.querySelectorAll("[data-noun]")].map((list) => ({
      noun: list.dataset.noun,
      items: [...list.querySelectorAll("[data-item]")].map((item) => ({
        item,
        text: item.textContent.toLowerCase(),
        limbs: "limb" in item.dataset ? [item] : [...item.querySelectorAll("[data-limb]")],
      })),
    }));
    const filter = () => {
      const wanted = form.elements;
      const text = wanted.text.value.trim().toLowerCase();
      const fits = (limb) =>
        (!wanted.label.value || limb.dataset.finding === wanted.label.value) &&
        (!wanted.side.value || limb.dataset.limb === wanted.side.value) &&
        (!wanted.flagged.checked || "flagged" in limb.dataset);
      wanted.shown.value = lists.map((list) => {
        let shown = 0;
        for (const { item, text: own, limbs } of list.items) {
          item.hidden = !((!text || own.includes(text)) && limbs.some(fits));
          if (!item.hidden) shown += 1;
        }
        return `${shown} of ${list.items.length} ${list.noun}`;
      }).join(", ");
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  const table = document.querySelector("table.cohort");
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const numeric = "numeric" in head.dataset;
      const value = (row) => {
        const cell = row.cells[column];
        return numeric ? parseFloat(cell.dataset.value) : cell.textContent.trim();
      };
      button.addEventListener("click", () => {
        const first = numeric ? "descending" : "ascending";
        const second = numeric ? "ascending" : "descending";
        const order = head.getAttribute("aria-sort") === first ? second : first;
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const values = new Map(rows.map((row, i) => [row, [value(row), i]]));
        rows.slice().sort((a, b) => {
          const [x, i] = values.get(a);
          const [y, j] = values.get(b);
          if (numeric && (isNaN(x) || isNaN(y))) return isNaN(x) - isNaN(y) || i - j;
          const by = numeric ? x - y : x.localeCompare(y, "en", { numeric: true });
          return sign * by || i - j;
        }).forEach((row) => body.append(row));
      });
    });
  }

  const keyed = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    keyed.set(key, [...(keyed.get(key) || []), element]);
  }
  let lit = [];
  const light = (key) => {
    for (const element of lit) element.classList.remove("lit");
    lit = keyed.get(key) || [];
    for (const element of lit) element.classList.add("lit");
  };
  const point = (event) => {
    const target = event.target instanceof Element && event.target.closest("[data-key]");
    light(target ? target.dataset.key : null);
  };
  if (keyed.size) document.addEventListener("pointerover", point);
})();
