// Usage: node run.mjs FOLDER, with the reports `sample` and `hostile` and the tables of `sample` in
// FOLDER (scripts/test makes them); the program and a walk to play are in HIPDROP and WALK.
import "./pages.mjs";
import "./index.mjs";
import "./recording.mjs";
import "./compare.mjs";
import "./print.mjs";
import "./stream.mjs";
import { run } from "./browser.mjs";

await run();
