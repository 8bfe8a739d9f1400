// The comparison of two visits: reached from the index, its numbers those of `hipdrop compare -o`.
import fs from "node:fs";
import path from "node:path";
import { equal, open, pageFile, reports, test, that } from "./browser.mjs";

const file = () => pageFile("visits/report", "compare", "p1");

const degrees = (value) => `${Number(value).toFixed(1).replace("-", "−").replace(/^−0\.0$/, "0.0")}°`;

test("the index leads to the comparison and it says what has changed", async () => {
  const { page, problems, close } = await open(path.join(reports, "visits/report/index.html"));
  await page.locator(".session .used a").first().click();
  await page.waitForLoadState();
  equal(page.url().split("/").pop(), path.basename(file()), "the page");
  const findings = await page.locator(".finding").allInnerTexts();
  that(findings.some((text) => text.startsWith("Right stance: improved beyond measurement error.")), findings.join("\n"));
  equal(await page.locator(".plot").count(), 8, "four curves of both limbs");
  const says = await page.locator(".says").allInnerTexts();
  that(says.some((text) => text.startsWith("The curves differ:")), "the test finds the difference");
  equal(problems, [], "comparison");
  await close();
});

test("the numbers of the comparison are those of its table", async () => {
  const { page, close } = await open(file());
  const [head, ...lines] = fs.readFileSync(path.join(reports, "visits/changes.csv"), "utf8").trim().split("\n");
  const columns = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i], cell])));
  const shown = await page.locator("table.changes").evaluateAll((tables) =>
    tables.flatMap((table, i) => [...table.tBodies[0].rows].map((row) => ({
      side: ["left", "right"][i],
      metric: row.cells[0].querySelector("code").textContent,
      cells: [...row.cells].slice(1).map((cell) => cell.textContent),
    }))));
  equal(shown.length, rows.length, "metrics");
  for (const [i, row] of rows.entries()) {
    equal([shown[i].side, shown[i].metric], [row.side, row.metric], "order");
    const sign = Number(Number(row.change_deg).toFixed(1)) > 0 ? "+" : "";
    equal(shown[i].cells.slice(0, 3), [degrees(row.before_deg), degrees(row.after_deg), sign + degrees(row.change_deg)], `${row.side} ${row.metric}`);
    equal(shown[i].cells[5], { beyond: "yes", perhaps: "perhaps", within: "no" }[row.verdict], row.metric);
  }
  await close();
});
