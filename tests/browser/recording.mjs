// A recording's page: strides light up together, the body plays, the words agree with the numbers.
import { equal, open, pageFile, test, that } from "./browser.mjs";

const file = () => pageFile("sample/report", "recordings", "drop-right");

test("pointing at a line of the ledger lights its curves, and the keyboard does too", async () => {
  const { page, problems, close } = await open(file());
  const row = page.locator("table.ledger tbody tr").nth(9);
  const key = await row.getAttribute("data-key");
  await row.hover();
  const lit = await page.locator(".lit").evaluateAll((all) => all.map((element) => element.dataset.key));
  // six diagrams, the scatter and the line itself
  equal(lit, Array(8).fill(key), "lit by the pointer");
  await page.mouse.move(0, 0);
  await page.locator("table.ledger tbody tr").first().focus();
  await page.keyboard.press("ArrowDown");
  const second = await page.locator("table.ledger tbody tr").nth(1).getAttribute("data-key");
  const now = await page.locator(".lit").evaluateAll((all) => [...new Set(all.map((element) => element.dataset.key))]);
  equal(now, [second], "lit by the arrow key");
  const curve = page.locator(".plot .stride[data-key]").first();
  await curve.dispatchEvent("pointerover");
  const own = await curve.getAttribute("data-key");
  that(await page.locator(`tr[data-key="${own}"].lit`).count() === 1, "a curve lights its line");
  equal(problems, [], "lighting");
  await close();
});

test("the body plays through the stride and stops", async () => {
  const { page, problems, close } = await open(file());
  const leg = page.locator(".posture.right .body .leg");
  const said = page.locator(".player output");
  const rest = await leg.getAttribute("d");
  await page.locator(".player input").fill("80");
  that(await leg.getAttribute("d") !== rest, "the slider moves the leg");
  that((await said.innerText()).startsWith("80 %"), "the percent is said");
  equal(await page.locator(".plot .now").count(), 12, "the moment is marked in every diagram");
  const button = page.locator(".player button");
  await button.focus();
  await page.keyboard.press("Enter");
  const before = await leg.getAttribute("d");
  await page.waitForTimeout(300);
  that(await leg.getAttribute("d") !== before, "playing moves the leg");
  await button.click();
  const stopped = await leg.getAttribute("d");
  await page.waitForTimeout(200);
  equal(await leg.getAttribute("d"), stopped, "stopped");
  // every frame is a body: no point outside the drawing
  const frames = await page.locator(".posture").evaluateAll((all) => all.flatMap((figure) => figure.dataset.frames.split(/[;|]/).map((frame) => frame.split(" ").map(Number))));
  equal(frames.length, 2 * 2 * 51, "frames of both limbs and their norms");
  that(frames.flat().every((v) => v > -300 && v < 1800), "points lie in the drawing");
  equal(problems, [], "playing");
  await close();
});

test("the answers say the numbers of the cards", async () => {
  const { page, close } = await open(file());
  const answers = await page.locator(".answers").innerText();
  const card = page.locator(".card.found");
  equal(await card.count(), 1, "limbs with a pattern");
  const value = (await card.locator(".value").first().innerText()).split("°")[0];
  that(answers.includes(`The pelvis drops ${value}° more than the norm`), `${value} is not in: ${answers}`);
  const p = await card.locator(".gloss .p strong").innerText();
  that(answers.includes(`Probability ${p}`), `${p} is not in: ${answers}`);
  const headline = await page.locator(".finding").innerText();
  that(headline.startsWith("Right stance: the left side of the pelvis drops"), headline);
  await close();
});

test("nothing of the first screen overlaps", async () => {
  for (const options of [{}, { viewport: { width: 390, height: 844 } }]) {
    const { page, close } = await open(file(), options);
    const boxes = await page.locator(".finding, .answers > div, .bodies, .hero + .caution").evaluateAll((all) => all.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { name: element.className || element.innerText.slice(0, 20), left, top, right, bottom };
    }));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
        that(apart, `${a.name} overlaps ${b.name}`);
      }
    }
    await close();
  }
});
