// Every kind of page, in every way it is looked at: no error, nothing asked for outside, nothing
// wider than the screen, no serious barrier.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { equal, open, pageFile, reports, test, that } from "./browser.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const pages = () => ({
  index: path.join(reports, "sample/report/index.html"),
  recording: pageFile("sample/report", "recordings", "drop-right"),
  session: pageFile("sample/report", "sessions", "walkway-session"),
  standing: pageFile("sample/report", "recordings", "walkway-session-visit-1-standing"),
  "no trunk": pageFile("sample/report", "recordings", "drop-without-trunk"),
  comparison: pageFile("visits/report", "compare", "p1"),
  hostile: path.join(reports, "hostile/report/index.html"),
});

const ways = {
  desktop: {},
  phone: { viewport: { width: 390, height: 844 } },
  dark: { colorScheme: "dark" },
  "without script": { javaScriptEnabled: false },
};

for (const [way, options] of Object.entries(ways)) {
  test(`pages load without an error or a request outside: ${way}`, async () => {
    for (const [name, file] of Object.entries(pages())) {
      const { page, problems, close } = await open(file, options);
      equal(problems, [], `${name}, ${way}`);
      const [wide, screen] = [
        await page.locator("html").evaluate((html) => html.scrollWidth).catch(() => 0),
        page.viewportSize().width,
      ];
      that(wide <= screen, `${name}, ${way}: ${wide} px wide on a screen of ${screen}`);
      await close();
    }
  });
}

for (const way of ["desktop", "phone", "dark"]) {
  test(`axe finds no serious barrier: ${way}`, async () => {
    for (const [name, file] of Object.entries(pages())) {
      const { page, close } = await open(file, ways[way]);
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
      const serious = found.violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
      equal(serious, [], `${name}, ${way}`);
      await close();
    }
  });
}

test("a hostile label stays text", async () => {
  const { page, problems, close } = await open(pages().hostile);
  const name = `<script>alert(1)</script>"'.csv`;
  that((await page.locator("table.cohort").innerText()).includes("<script>alert(1)<"), "the name is shown");
  equal(await page.locator("script").count(), 1, "scripts in the page");
  await page.locator("table.cohort a").first().click();
  await page.waitForLoadState();
  that((await page.locator("h1").innerText()).endsWith(name), "the heading is the name");
  equal(await page.locator("script").count(), 1, "scripts in the recording's page");
  equal(problems, [], "hostile");
  await close();
});

test("links lead to pages", async () => {
  const { page, close } = await open(pages().index);
  const hrefs = await page.locator("a[href]").evaluateAll((links) => links.map((link) => link.href));
  for (const href of new Set(hrefs)) that(fs.existsSync(new URL(href)), `${href} is missing`);
  that(hrefs.length > 30, `${hrefs.length} links`);
  await close();
});
