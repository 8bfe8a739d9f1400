// Usage: node run.mjs FOLDER, with the reports `sample` and `hostile` and the tables of `sample` in
// FOLDER (scripts/test makes them).
import "./pages.mjs";
import "./index.mjs";
import "./recording.mjs";
import "./compare.mjs";
import "./print.mjs";
import { run } from "./browser.mjs";

await run();
