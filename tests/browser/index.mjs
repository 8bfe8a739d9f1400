// The index: numbers equal those of the tables; sorting, filtering and paging work.
import fs from "node:fs";
import path from "node:path";
import { equal, open, reports, test, that } from "./browser.mjs";

const file = () => path.join(reports, "sample/report/index.html");

/** Rows of a CSV table without quoted commas, which the sample study's have not in these columns. */
const csv = (name) => {
  const [head, ...lines] = fs.readFileSync(path.join(reports, "sample", name), "utf8").trim().split("\n");
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, ""));
    return Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
  });
};

const words = (deg) => `${Math.abs(deg).toFixed(1)}° ${deg >= 0 ? "more" : "less"}`;

test("the numbers of the index are those of limbs.csv", async () => {
  const { page, close } = await open(file());
  const shown = await page.locator("table.cohort tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      recording: row.querySelector("a").textContent,
      side: row.dataset.s,
      label: row.dataset.l,
      drop: row.cells[3].querySelector(".number").textContent,
      exact: row.cells[3].dataset.v,
      used: row.cells[6].dataset.v,
    })));
  const limbs = csv("limbs.csv");
  equal(shown.length, limbs.length, "limbs");
  for (const limb of limbs) {
    const row = shown.find((row) => row.recording === limb.recording && row.side === limb.side);
    that(row, `${limb.recording} ${limb.side} is not in the index`);
    equal([row.label, row.used], [limb.label, limb.strides], limb.recording);
    equal(row.drop, words(Number(limb.drop_excess_deg)), `drop of ${limb.recording} ${limb.side}`);
    that(Math.abs(Number(row.exact) - Number(limb.drop_excess_deg)) < 0.0006, "the sorted value");
  }
  await close();
});

test("sorting orders by number and by text, with the keyboard too", async () => {
  const { page, problems, close } = await open(file());
  const values = () => page.locator("table.cohort tbody tr td:nth-child(4)").evaluateAll((cells) => cells.map((cell) => parseFloat(cell.dataset.v)));
  const head = page.locator("table.cohort thead th").nth(3);
  await head.locator("button").click();
  const falling = (await values()).filter((v) => !isNaN(v));
  equal(falling, [...falling].sort((a, b) => b - a), "largest drop first");
  equal(await head.getAttribute("aria-sort"), "descending", "aria-sort");
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  const rising = (await values()).filter((v) => !isNaN(v));
  equal(rising, [...rising].sort((a, b) => a - b), "smallest first");
  const name = page.locator("table.cohort thead th").first();
  await name.locator("button").click();
  const names = await page.locator("table.cohort tbody th a").allInnerTexts();
  equal(names, [...names].sort(new Intl.Collator("en", { numeric: true }).compare), "by name");
  equal(problems, [], "sorting");
  await close();
});

test("filters leave what fits and say how many", async () => {
  const { page, problems, close } = await open(file());
  const rows = page.locator("table.cohort tbody tr:visible");
  const sessions = page.locator("li.session:visible");
  const limbs = csv("limbs.csv");
  await page.locator("select[name=label]").selectOption("uncompensated");
  const positive = limbs.filter((limb) => limb.label === "uncompensated");
  equal(await rows.count(), positive.length, "uncompensated limbs");
  that((await page.locator("output[name=shown]").inputValue().catch(() => page.locator("output[name=shown]").innerText())).includes(`${positive.length} of ${limbs.length}`), "the count is said");
  await page.locator("select[name=side]").selectOption("right");
  equal(await rows.count(), positive.filter((limb) => limb.side === "right").length, "right ones");
  await page.locator("button[type=reset]").click();
  await page.waitForTimeout(50);
  equal(await rows.count(), limbs.length, "all again");
  await page.locator("input[name=subject]").fill("walkway");
  equal(await sessions.count(), 1, "one session of the subject");
  await page.locator("input[name=subject]").fill("");
  await page.locator("input[name=text]").fill("no such name anywhere");
  equal(await rows.count(), 0, "nothing fits");
  await page.locator("input[name=text]").fill("");
  await page.locator("select[name=flag]").selectOption("no-trunk");
  equal(await rows.count(), limbs.filter((limb) => limb.flags.split(/[;| ]/).includes("no-trunk")).length, "flagged limbs");
  equal(problems, [], "filtering");
  await close();
});

test("a long list is shown a page at a time, with every picture in its turn", async () => {
  const { page, problems, close } = await open(path.join(reports, "many/report/index.html"));
  const rows = page.locator("table.cohort tbody tr:visible");
  const pager = page.locator("section[aria-labelledby=recordings] .pager");
  equal(await rows.count(), 100, "rows of the first page");
  const first = await rows.first().innerText();
  that((await pager.locator("output").innerText()).startsWith("1–100 of 120"), "the place is said");
  await pager.locator("button[data-go='1']").click();
  equal(await rows.count(), 20, "rows of the last page");
  that(await rows.first().innerText() !== first, "other rows");
  equal(await page.locator("table.cohort tbody tr:visible .spark").count(), 20, "pictures");
  await page.locator("table.cohort thead button").first().click();
  equal(await rows.count(), 100, "sorting goes back to the first page");
  await pager.locator("button[data-go=all]").click();
  equal(await rows.count(), 120, "all of them");
  equal(await page.locator("li.session:visible").count(), 30, "sessions of the first page");
  await page.locator("section[aria-labelledby=sessions] .pager button[data-go='1']").click();
  equal(await page.locator("li.session:visible .spark").count(), 60, "small pictures of both limbs");
  equal(await page.locator("li.session:visible .brief").count(), 0, "no stand-in is left");
  equal(problems, [], "paging");
  await close();
  const plain = await open(path.join(reports, "many/report/index.html"), { javaScriptEnabled: false });
  equal(await plain.page.locator("table.cohort tbody tr:visible").count(), 120, "without script all rows are there");
  await plain.close();
});
