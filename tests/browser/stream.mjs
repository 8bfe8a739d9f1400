// The live page of `hipdrop stream`: strides appear as their lines do, and nothing else happens.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import readline from "node:readline";
import { browser, equal, test, that } from "./browser.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { HIPDROP, WALK } = process.env;

/** Plays a walk; `lines` collects every line with the moment it came. */
const play = async (speed) => {
  const child = spawn(HIPDROP, ["stream", WALK, "--speed", String(speed), "--page", "127.0.0.1:0", "--target", "5"]);
  const lines = [];
  readline.createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push({ at: performance.now(), ...JSON.parse(text) });
  });
  const address = await new Promise((found, failed) => {
    let text = "";
    child.stderr.on("data", (piece) => {
      text += piece;
      const match = text.match(/http:\/\/[\d.:]+\//);
      if (match) found(match[0]);
    });
    child.on("exit", () => failed(new Error(`the program ended: ${text}`)));
  });
  const ended = new Promise((done) => child.on("close", done));
  return { address, lines, ended, stop: () => child.kill("SIGINT") };
};

/** Opens the live page; `seen` collects what it shows with the moment it shows it. */
const watch = async (address, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const [problems, seen] = [[], []];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) problems.push(`request: ${request.url()}`);
    if (request.method() !== "GET") problems.push(`${request.method()} ${request.url()}`);
  });
  await page.exposeFunction("told", (side, type, stride, drop) => {
    seen.push({ at: performance.now(), side, type, stride: Number(stride), drop });
  });
  await page.addInitScript(() => {
    addEventListener("DOMContentLoaded", () => {
      for (const side of ["left", "right"]) {
        const section = document.getElementById(side);
        const tell = () =>
          globalThis.told(side, section.dataset.shown, section.dataset.stride, section.querySelector(".drop").textContent);
        new MutationObserver(tell).observe(section, { attributeFilter: ["data-stride", "data-shown"] });
      }
    });
  });
  await page.goto(address);
  return { page, problems, seen, close: () => context.close() };
};

test("live page: every stride is shown within 200 ms of its line", async () => {
  const { address, lines, ended } = await play(1);
  const { page, problems, seen, close } = await watch(address);
  await page.waitForFunction(() => document.getElementById("state").textContent.includes("live"));
  const open = performance.now();
  await ended;
  await page.waitForFunction(() => document.getElementById("state").textContent.includes("ended"));
  const strides = lines.filter(({ type }) => type === "stride");
  that(strides.length >= 8, `${strides.length} strides`);
  const late = [];
  // those of the beginning, and those from before the page was open, come all at once: it shows the last of them
  for (const line of strides.filter(({ at, delay_s }) => at > open && delay_s < 0.4)) {
    const shown = seen.find((s) => s.side === line.side && s.stride === line.stride && s.type === "stride");
    that(shown, `stride ${line.stride} ${line.side} is not shown`);
    equal(shown.drop, line.drop_ss_deg.toFixed(1), `drop of stride ${line.stride} ${line.side}`);
    late.push(shown.at - line.at);
  }
  late.sort((a, b) => a - b);
  console.log(`shown after ${late[late.length >> 1].toFixed(0)} ms (median), ${late.at(-1).toFixed(0)} ms at most, of ${late.length}`);
  that(late.length >= 5 && late[Math.floor(0.9 * (late.length - 1))] <= 200, `shown after ${late.map(Math.round)} ms`);
  equal(problems, [], "problems");
  const line = await page.locator("#right .target").evaluate((e) => e.style.left);
  equal(line, "50%", "the target line");
  that(await page.locator("#right .past li").count() > 0, "past strides");
  await close();
});

test("live page: phone, dark, no serious barrier, hostile text stays text", async () => {
  const { address, ended, stop } = await play(8);
  for (const options of [{ viewport: { width: 390, height: 844 } }, { colorScheme: "dark" }]) {
    const { page, problems, close } = await watch(address, options);
    await page.waitForFunction(() => document.querySelector(".past li"));
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
    that(wide <= page.viewportSize().width, `${wide} px wide`);
    // the policy of the page allows no script of others: axe comes through the debugger
    const found = await page.evaluate(`${axe}; axe.run({ resultTypes: ["violations"] })`);
    const serious = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    equal(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), [], "axe");
    equal(await page.locator("script").count(), 1, "scripts");
    equal(problems, [], "problems");
    await close();
  }
  stop();
  await ended;
});

test("live page: other sites get nothing", async () => {
  const { address, ended, stop } = await play(1);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("http://elsewhere.example/", (route) => route.fulfill({ contentType: "text/html", body: "<p>hello" }));
  await page.goto("http://elsewhere.example/");
  const outcomes = await page.evaluate(async (there) => {
    const fetched = await fetch(`${there}events`).then(() => "read", () => "refused");
    const posted = await fetch(there, { method: "POST", body: "x" }).then(() => "read", () => "refused");
    const listened = await new Promise((done) => {
      const source = new EventSource(`${there}events`);
      source.onopen = () => done("open");
      source.onerror = () => done("refused");
    });
    const framed = await new Promise((done) => {
      const frame = document.createElement("iframe");
      frame.src = there;
      frame.onload = () => {
        try { done(frame.contentDocument === null ? "closed" : "seen"); } catch { done("closed"); }
      };
      document.body.append(frame);
    });
    return { fetched, posted, listened, framed };
  }, address);
  equal(outcomes, { fetched: "refused", posted: "refused", listened: "refused", framed: "closed" }, "another site");
  await context.close();
  stop();
  await ended;
});
