// Visits pages in Firefox and tells what went wrong there, for tests.
//
// Reads from standard input {firefox, patience, site, modules, look, visits}.
// A visit is {name, width, theme, axe, steps}: the page, and what to do there
// in order, each step a pair of a word below and what it is about.  Writes a
// line of JSON for each visit: {name, troubles, values, complaints}.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(readFileSync(0, "utf8"));
const found = createRequire(asked.modules).resolve("puppeteer-core");
const { default: puppeteer } = await import(pathToFileURL(found));
const axe = createRequire(asked.modules).resolve("axe-core/axe.min.js");

const STEPS = {
  click: (page, selector) => page.locator(selector).click(),
  until: (page, expression) => page.waitForFunction(expression),
  tell: (page, expression) => page.evaluate(expression),
  go: (page, name) => page.goto(asked.site + name),
  // A page that was kept does not load, so there is nothing to wait for.
  back: (page) => page.evaluate("history.back()").catch(() => {}),
};

function watched(page) {
  const troubles = [];
  const note = (text) => troubles.push(`${page.url()}: ${text}`);
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type()))
      note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => {
    // Said of formulas that are drawn before all of them has come.
    if (!error.message.startsWith("Invalid markup: Incorrect number"))
      note(`error: ${error.message}`);
  });
  page.on("request", (request) => {
    const inside = [asked.site, "about:", "blob:", "data:"];
    if (!inside.some((start) => request.url().startsWith(start)))
      note(`outside: ${request.url()}`);
  });
  page.on("response", (response) => {
    // Firefox looks there whatever icon a page names.
    const own = response.url() === `${asked.site}favicon.ico`;
    if (response.status() >= 400 && !own)
      note(`${response.status()}: ${response.url()}`);
  });
  return troubles;
}

async function visit(browser, { name, width, theme, steps, ...wants }) {
  const page = await browser.newPage();
  page.setDefaultTimeout(1000 * asked.patience);
  await page.setViewport({ width, height: 900 });
  await page.evaluateOnNewDocument((mode) => {
    if (!location.protocol.startsWith("http")) return;
    localStorage.setItem("mode", mode);
    localStorage.setItem("theme", mode);
  }, theme);
  const troubles = watched(page);
  const values = [];
  await page.goto(asked.site + name);
  for (const [word, about] of steps) {
    const value = await STEPS[word](page, about);
    if (word === "tell") values.push(value);
  }
  let complaints = [];
  if (wants.axe) {
    await page.addScriptTag({ path: axe });
    complaints = await page.evaluate(
      `(${asked.look})(${JSON.stringify(wants.axe)})`,
    );
  }
  await page.close();
  return { name, theme, width, troubles, values, complaints };
}

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: asked.firefox,
  protocolTimeout: 1000 * asked.patience,
});
try {
  for (const one of asked.visits)
    console.log(JSON.stringify(await visit(browser, one)));
} finally {
  await browser.close();
}
