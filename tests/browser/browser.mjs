// What every browser test needs: a page of the report in Chromium, watched for errors and requests.
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";
import path from "node:path";
import fs from "node:fs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** One browser for all tests. */
export const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** The folder with the reports to look at. */
export const reports = path.resolve(process.argv[2] ?? "");

/** The first page of a folder whose name begins so. */
export const pageFile = (report, folder, start) => {
  const names = fs.readdirSync(path.join(reports, report, folder)).sort();
  const name = names.find((name) => name.startsWith(start) && name.endsWith(".html"));
  if (!name) throw new Error(`no page ${folder}/${start}* in ${report}`);
  return path.join(reports, report, folder, name);
};

/** Opens a page; `problems` collects console errors and requests that leave the report's folder. */
export const open = async (file, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss();
  });
  const home = pathToFileURL(reports).href;
  page.on("request", (request) => {
    if (!request.url().startsWith(home)) problems.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems, close: () => context.close() };
};

const tests = [];

/** Declares a test. */
export const test = (name, run) => tests.push({ name, run });

/** Fails with what was found. */
export const equal = (found, expected, what) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: found ${a}, expected ${b}`);
};

export const that = (truth, what) => {
  if (!truth) throw new Error(what);
};

/** Runs what was declared and says how it went in the words of the other test runners. */
export const run = async () => {
  let failed = 0;
  for (const { name, run } of tests) {
    try {
      await run();
      console.log(`test ${name} ... ok`);
    } catch (error) {
      failed += 1;
      console.log(`test ${name} ... FAILED\n  ${error.stack ?? error}`);
    }
  }
  await browser.close();
  console.log(`test result: ${failed ? "FAILED" : "ok"}. ${tests.length - failed} passed; ${failed} failed`);
  process.exit(failed ? 1 : 0);
};
