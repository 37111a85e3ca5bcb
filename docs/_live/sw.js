// Keeps what a reader has opened, for when there is no network.
//
// Pages register this worker once their Python or their training has been
// started; reading alone registers nothing.  The network is asked first, and
// its answer kept; only the files of FIXED, whose folders name a version, come
// from the cache if they are there.  Whatever goes wrong with what is kept,
// the network's answer is given.
//
// offline.py puts it into the root of the site, below three lines: VERSION,
// which changes with any page or file; FIXED, what Python is made of; and
// PARTS, what pages have in common and what running them takes.
//
// To end it everywhere, publish an empty sw.js in its place.

/* global VERSION, FIXED, PARTS */

const SCOPE = self.registration.scope; // where the site is, with a slash
const OURS = `micrograd ${SCOPE} `; // other sites may share the host
const PAGES = OURS + VERSION;
const LASTING = `${OURS}fixed`; // outlives a version of the site

const within = (path) => new URL(path, SCOPE).href;
const fixed = new Set(FIXED.map(within));

// --- Keeping ---

/** An address as it is kept: of a page, without what it was asked. */
function keyOf({ url, mode }) {
  const address = new URL(url);
  address.hash = "";
  if (mode === "navigate") address.search = "";
  return address.href;
}

const isWhole = ({ status, type }) => status === 200 && type === "basic";

async function keep(name, key, answer) {
  try {
    const cache = await caches.open(name);
    await cache.put(key, answer);
  } catch {
    // There may be no room: then this one is not kept.
  }
}

async function addTo(name, addresses, cacheMode) {
  const cache = await caches.open(name);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const missing = addresses.filter((address) => !there.has(address));
  const ask = (address) => new Request(address, { cache: cacheMode });
  await cache.addAll(missing.map(ask));
}

const ELEMENT = /<(?:img|link|script|source)\b[^>]*>/g;
const ADDRESS = /\s(?:src|href|srcset)="([^"]+)"/g;

/** What a page names that is loaded with it: pictures, styles, scripts. */
function partsOf(html, page) {
  const elements = html.match(ELEMENT) ?? [];
  const values = elements.flatMap((one) => [...one.matchAll(ADDRESS)]);
  const addresses = values
    .flatMap(([, value]) => value.split(","))
    .map((one) => new URL(one.trim().split(" ")[0], page).href);
  const loaded = (url) => url.startsWith(SCOPE) && !/(\/|\.html)$/.test(url);
  return [...new Set(addresses)].filter(loaded);
}

/** Keep a page that is open and was loaded without this worker. */
async function keepPage(url) {
  const key = keyOf({ url, mode: "navigate" });
  const answer = await fetch(key);
  if (!isWhole(answer)) return;
  const html = await answer.clone().text();
  await keep(PAGES, key, answer);
  const parts = partsOf(html, key);
  // One that is missing must not keep the others out.
  await Promise.allSettled(parts.map((one) => addTo(PAGES, [one], "default")));
}

async function keepOpenPages() {
  const tabs = await self.clients.matchAll({
    includeUncontrolled: true,
    type: "window",
  });
  const ours = tabs.map(({ url }) => url).filter((u) => u.startsWith(SCOPE));
  await Promise.allSettled(ours.map(keepPage));
}

async function dropOld() {
  const names = await caches.keys();
  const old = (name) =>
    name.startsWith(OURS) && ![PAGES, LASTING].includes(name);
  await Promise.all(names.filter(old).map((name) => caches.delete(name)));
  const cache = await caches.open(LASTING);
  for (const request of await cache.keys())
    if (!fixed.has(request.url)) await cache.delete(request);
}

// --- Answering ---

/** What is kept for a request, if anything is. */
async function kept(name, request) {
  try {
    const cache = await caches.open(name);
    const key = keyOf(request);
    const whole = key.endsWith("/") ? `${key}index.html` : key;
    const bare = whole.replace(/\/index\.html$/, "/");
    return (
      (await cache.match(key)) ??
      (await cache.match(whole)) ??
      (await cache.match(bare)) ??
      (await cache.match(key, { ignoreSearch: true }))
    );
  } catch {
    return undefined;
  }
}

async function fromNetwork(event) {
  const { request } = event;
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    const old = await kept(PAGES, request);
    if (old) return old;
    return request.mode === "navigate" ? notKept(request) : Response.error();
  }
  if (isWhole(answer))
    event.waitUntil(keep(PAGES, keyOf(request), answer.clone()));
  return answer;
}

async function fromCache(event) {
  const { request } = event;
  const there = await kept(LASTING, request);
  if (there) return there;
  const answer = await fetch(request);
  if (isWhole(answer))
    event.waitUntil(keep(LASTING, keyOf(request), answer.clone()));
  return answer;
}

// --- A page that is not kept ---

const STYLE = `:root { color-scheme: light dark; }
  body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem;
    font: 1rem/1.6 system-ui, sans-serif; }`;

/** A link to each page that is kept, under its title. */
async function keptPages() {
  const cache = await caches.open(PAGES);
  const links = [];
  for (const { url } of await cache.keys()) {
    if (!/(\/|\.html)$/.test(url)) continue;
    const html = await (await cache.match(url)).text();
    const title = html.match(/<title>([^<]*)/)?.[1].split(" &#8212; ")[0];
    links.push(`<li><a href="${url}">${title}</a></li>`);
  }
  return links.sort();
}

async function notKept({ url }) {
  const links = await keptPages().catch(() => []);
  const listed = links.length
    ? `<p>These pages are kept:</p><ul>${links.join("")}</ul>`
    : "<p>No page is kept.</p>";
  const html = `<!doctype html><html lang="en-GB"><meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Not kept offline - micrograd</title>
    <link rel="icon" href="data:,"><style>${STYLE}</style>
    <h1>This page is not kept offline</h1>
    <p>There is no network, and this page was not opened while there was one.
    <a href="${url}">Try again</a></p>${listed}</html>`;
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  return new Response(html, { status: 503, headers });
}

// --- Its life ---

async function install() {
  await addTo(PAGES, PARTS.map(within), "no-cache");
  // The page that registers it has loaded these already.
  await addTo(LASTING, [...fixed], "force-cache");
  await self.skipWaiting();
}

// NB: it does not claim pages that are open: that would throw out those that
// the browser has kept for its "back" button.
async function activate() {
  await dropOld();
  await keepOpenPages();
}

async function endIfEmpty() {
  const answer = await fetch(self.location.href, { cache: "no-store" });
  if (!answer.ok || (await answer.text()).trim()) return;
  await self.registration.unregister();
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith(OURS));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.registration.addEventListener("updatefound", () =>
  endIfEmpty().catch(() => {}),
);
self.addEventListener("message", (event) => {
  const files = event.data.filter((url) => url.startsWith(SCOPE));
  event.waitUntil(addTo(PAGES, files, "default"));
});
self.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  if (method !== "GET" || !url.startsWith(SCOPE) || headers.has("range"))
    return;
  const answer = fixed.has(url) ? fromCache(event) : fromNetwork(event);
  event.respondWith(answer);
});
