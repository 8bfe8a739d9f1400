// Print: A4, and no diagram is cut by the end of a page or of the paper.
import { equal, open, pageFile, test, that } from "./browser.mjs";

const MM = 96 / 25.4;
const PAPER = { width: Math.round((210 - 26) * MM), height: Math.round((297 - 26) * MM) };

test("the printed page is A4 and no diagram is cut", async () => {
  const { page, problems, close } = await open(pageFile("sample/report", "recordings", "drop-right"), { viewport: PAPER });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[([^\]]*)\]/g)].map((match) => match[1].trim().split(/\s+/).map(Number));
  that(boxes.length > 0, "the PDF has pages");
  for (const [, , width, height] of boxes) {
    that(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `a page is ${width} × ${height} pt`);
  }
  that(boxes.length <= 5, `${boxes.length} pages`);
  await page.emulateMedia({ media: "print" });
  const found = await page.locator(".plot, .posture svg, .card, .curve").evaluateAll((all) => all.map((element) => {
    const { left, right, height } = element.getBoundingClientRect();
    return { left, right, height, name: element.className.baseVal ?? element.className, broken: getComputedStyle(element.closest(".curve, .card, .scatter, .hero")).breakInside };
  }));
  for (const box of found) {
    that(box.left >= -1 && box.right <= PAPER.width + 1, `${box.name} is wider than the paper: ${box.right}`);
    that(box.height <= PAPER.height, `${box.name} is higher than the paper: ${box.height}`);
    equal(box.broken, "avoid", `${box.name} may be cut`);
  }
  equal(problems, [], "print");
  await close();
});
