"use strict";
// Shows what the stream tells. Text from the stream is only ever set as text.
(() => {
  const target = Number(document.body.dataset.target);
  const widest = Math.max(10, 2 * target);
  const past = 24;
  const state = document.getElementById("state");
  const warnings = document.getElementById("warnings");
  const limbs = {};

  for (const side of ["left", "right"]) {
    const section = document.getElementById(side);
    const find = (name) => section.querySelector(name);
    find(".target").style.left = `${(100 * target) / widest}%`;
    find(".goal").textContent = `target ${target}°`;
    find(".end").textContent = `${widest}°`;
    limbs[side] = { section, find, strides: 0 };
  }

  const share = (drop) => `${(100 * Math.min(Math.max(drop, 0), widest)) / widest}%`;
  const kind = (drop, used) => (used === false ? "unused" : drop > target ? "over" : "within");

  const show = (line) => {
    const limb = limbs[line.side];
    if (!limb || typeof line.drop_ss_deg !== "number") return;
    const { section, find } = limb;
    const [drop, state] = [line.drop_ss_deg, kind(line.drop_ss_deg, line.used)];
    const words = { within: "within the target", over: "above the target", unused: "not counted" }[state];
    section.classList.remove("within", "over", "unused");
    section.classList.add(state);
    section.dataset.stride = String(line.stride);
    section.dataset.shown = line.type;
    find(".drop").textContent = drop.toFixed(1);
    find(".verdict").textContent =
      state === "unused" && line.excluded_because ? `${words}: ${line.excluded_because}` : words;
    find(".fill").style.width = share(drop);
    find(".bar").setAttribute("aria-label", `${drop.toFixed(1)} degrees, ${words}`);
  };

  const count = (line) => {
    const limb = limbs[line.side];
    if (!limb) return;
    const { find } = limb;
    limb.strides += 1;
    find(".count").textContent = `stride ${line.stride}`;
    const p = { none: line.p_none, uncompensated: line.p_uncompensated, "drop-unspecified": line.p_uncompensated,
      compensated: line.p_compensated, mixed: line.p_mixed }[line.label];
    const sure = typeof p === "number" ? ` (${Math.round(100 * p)} %)` : "";
    find(".label").textContent = `pattern so far: ${line.label}${sure}`;
    if (typeof line.drop_ss_deg !== "number") return;
    const bar = document.createElement("li");
    bar.className = kind(line.drop_ss_deg, line.used);
    bar.style.height = share(line.drop_ss_deg);
    const list = find(".past");
    list.append(bar);
    while (list.children.length > past) list.firstElementChild.remove();
  };

  const warn = (line) => {
    const item = document.createElement("li");
    item.textContent = line.message;
    const list = warnings.querySelector("ul");
    list.append(item);
    while (list.children.length > 6) list.firstElementChild.remove();
    warnings.hidden = false;
  };

  const say = (text, lost) => {
    state.textContent = text;
    state.classList.toggle("lost", lost);
  };

  const clear = () => {
    for (const { find } of Object.values(limbs)) find(".past").replaceChildren();
    warnings.querySelector("ul").replaceChildren();
    warnings.hidden = true;
  };

  const source = new EventSource("events");
  source.addEventListener("open", () => {
    // what came before is told again
    clear();
    say("live", false);
  });
  source.addEventListener("error", () => say("the stream is not reached; trying again…", true));
  const on = (name, ...handlers) =>
    source.addEventListener(name, (event) => {
      const line = JSON.parse(event.data);
      for (const handler of handlers) handler(line);
    });
  on("stance", show);
  on("stride", show, count);
  on("warning", warn);
  on("summary", () => {
    say("the stream has ended", false);
    source.close();
  });
})();
