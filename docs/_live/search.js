// How the search finds, ranks and quotes pages.  It runs after Sphinx's own
// script, whose functions it calls and wraps; docs/_ext/found_by.py says which
// page readers mean by what they type.
/* global Search, Stemmer, stopwords, splitQuery, _displayNextItem */

window.Scorer = {
  // An entry of the index has 100, or less if only a part of it is sought.
  score: ([page, , , , score, , kind]) => {
    if (kind === "index") return score;
    const { places } = window.Scorer;
    const place = Object.keys(places).find((one) => page.startsWith(one));
    return score * (places[place] ?? 1);
  },

  // Pages that teach or answer come before those that list; what is for
  // those who change the code comes last.
  places: {
    "tutorials/": 1.5,
    "how-to/": 1.5,
    "explanation/": 1.5,
    installation: 1.5,
    "exercises/index": 1.5,
    "reference/generated/micrograd.tensors": 0.6,
    "reference/generated/": 0.8,
    "exercises/": 0.6,
    "source/": 0.4,
    "decisions/": 0.4,
    changelog: 0.4,
    "third-party": 0.4,
  },

  // Sphinx's own numbers, which it has only where there is no Scorer.
  objNameMatch: 40,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// --- Words ---

// In each row words that are taken for one another; the spelling of *normalise*
// and the like is known below.
const SAME = [
  ["batchnorm", "norm", "normalise", "normalisation"],
  ["center", "centre"],
  ["classification", "classifier"],
  ["color", "colour"],
  ["export", "save"],
  ["fast", "faster", "performance", "slow", "slower", "speed"],
  ["license", "licence"],
  ["output", "predict", "prediction"],
];

const stemmer = new Stemmer();

// A word as it is spelt, and in British and in American English.
const spellings = (word) => [
  word,
  word.replace(/(...)is(?=(e|ed|er|es|ers|ing|ations?)$)/, "$1iz"),
  word.replace(/(...)iz(?=(e|ed|er|es|ers|ing|ations?)$)/, "$1is"),
];

const stems = (text) =>
  splitQuery(text.toLowerCase())
    .filter((word) => !stopwords.has(word))
    .map((word) => stemmer.stemWord(word));

// For each stem the stems of all words that mean the same.
const alike = new Map();

function meanTheSame(words) {
  const all = new Set(words.flatMap(spellings).flatMap(stems));
  for (const one of all) alike.set(one, all);
}

SAME.forEach(meanTheSame);

const parseQuery = Search._parseQuery;
Search._parseQuery = (query) => {
  for (const word of splitQuery(query.toLowerCase()))
    if (!stems(word).some((one) => alike.has(one))) meanTheSame([word]);
  return parseQuery(query);
};

// --- Pages that have most of the words ---

// Of the words of the page that has most: what has less is not shown.
const MOST = 0.5;

// What Sphinx finds for a word, or one that means the same: page, score.
const searchText = Search.performTermsSearch;

function scoresOf(words, excluded) {
  const scores = new Map();
  for (const word of words) {
    for (const [page, , , , score] of searchText(new Set([word]), excluded))
      scores.set(page, Math.max(score, scores.get(page) ?? 0));
  }
  return scores;
}

// What a page is found by: its headings, and the main entries of the index.
function labels({ alltitles, indexentries, docnames }) {
  const all = (texts, worth) =>
    Object.entries(texts).flatMap(([text, places]) =>
      places.map(([page, id, isMain]) => {
        const anchor = id ? `#${id}` : "";
        return { page: docnames[page], text, anchor, worth, isMain };
      }),
    );
  const entries = all(indexentries, 20).filter(({ isMain }) => isMain);
  return [...all(alltitles, 15), ...entries];
}

// Whether the pages found last have all of the words.
let complete;

// A page scores the mean of what Sphinx gives it for each word, in which a rare
// word counts more, and what its heading or entry with most of them is worth.
Search.performTermsSearch = (words, excluded) => {
  const { docnames, titles, filenames } = Search._index;
  const sought = [...words].map((word) => {
    const all = [...(alike.get(word) ?? [word])];
    return { all, scores: scoresOf(all, excluded) };
  });

  const met = [];
  for (const label of labels(Search._index)) {
    const own = new Set(stems(label.text));
    const some = sought.filter(({ all }) => all.some((one) => own.has(one)));
    if (!some.length) continue;
    met.push({ ...label, some, part: some.length / own.size });
    for (const { scores } of some)
      if (!scores.has(label.page)) scores.set(label.page, window.Scorer.term);
  }

  for (const one of sought)
    one.rarity = Math.log(1 + docnames.length / one.scores.size);
  const known = sought.filter(({ scores }) => scores.size);
  const sum = (some) => some.reduce((so, { rarity }) => so + rarity, 0);
  const share = (some) => sum(some) / sum(known);

  const best = new Map();
  for (const { page, anchor, worth, some, part } of met) {
    const score = worth * share(some) * Math.sqrt(part);
    if (score > (best.get(page)?.score ?? 0)) best.set(page, { score, anchor });
  }

  const found = docnames.map((page, number) => {
    const some = known.filter(({ scores }) => scores.has(page));
    const { score = 0, anchor = "" } = best.get(page) ?? {};
    const partOf = (one) => one.scores.get(page) * share([one]);
    const total = some.map(partOf).reduce((so, one) => so + one, score);
    const result = [page, titles[number], anchor, null, total];
    return { has: share(some), result: [...result, filenames[number], "text"] };
  });
  const most = Math.max(...found.map(({ has }) => has));
  complete = known.length === sought.length && most > 0.999; // sums are rounded
  return found
    .filter(({ has }) => has > 0 && has >= MOST * most)
    .map(({ result }) => result);
};

// --- Names of the package ---

// Their methods are those of many classes, which document them once more.
const BASES = ["Module", "Optimizer", "LRScheduler"];

// Of `micrograd.nn.MLP.eval` what stands before the last two names, and both.
const namesIn = (name) => {
  const own = name.split(".").slice(-2);
  return [name.slice(0, -own.join(".").length), ...own];
};

// Sphinx lists all that a class has for the name of the class.
const searchNames = Search.performObjectSearch;
Search.performObjectSearch = (word, words) => {
  const found = searchNames(word, words).filter(([, name]) =>
    name.split(".").pop().toLowerCase().includes(word),
  );
  const all = found.map(([, name]) => name);
  const bases = all.map(namesIn).filter(([, owner]) => BASES.includes(owner));
  const isInherited = (name) => {
    const [, owner, last] = namesIn(name);
    return bases.some(
      ([place, base, one]) =>
        one === last && base !== owner && name.startsWith(place),
    );
  };
  return found.filter(([, name]) => !isInherited(name));
};

// --- What is shown ---

// A page about one name is called by all of it: there are four `linear`.
const OWN = "reference/generated/";
const OBJECT = "object";

const search = Search._performSearch;
Search._performSearch = (...query) => {
  // The last is shown first; of each page only what fits best is kept.
  const shown = new Map();
  const results = search(...query).reverse();
  for (const [page, title, anchor, told, ...rest] of results) {
    const isName = rest.at(-1) === OBJECT;
    const own = page.startsWith(OWN) && page.slice(OWN.length);
    const whole = own && (!isName || title === own);
    const key = isName && !whole ? title : page;
    if (shown.has(key)) continue;
    const result = whole ? [page, own, "", null] : [page, title, anchor, told];
    shown.set(key, [...result, ...rest]);
  }
  const found = [...shown.values()].reverse();
  if (found.length && !complete && !found.some((one) => one[6] === OBJECT)) {
    const note = document.createElement("p");
    note.textContent =
      "No page has all of these words. These pages have most of them:";
    Search.output.before(note);
  }
  return found;
};

// For the excerpt of a result its page is fetched, so the last ones wait.
const FIRST = 30;

Search.query = (query) => {
  const parsed = Search._parseQuery(query);
  const [, terms, , words] = parsed;
  const results = Search._performSearch(...parsed);
  const count = results.length;
  const rest = results.splice(0, count - FIRST);
  _displayNextItem(results, count, terms, words);
  if (!rest.length) return;
  const more = document.createElement("button");
  more.className = "btn btn-outline-primary";
  more.textContent = `Show ${rest.length} more`;
  more.onclick = () => {
    more.remove();
    _displayNextItem(rest, count, terms, words);
  };
  Search.output.after(more);
};

// The text of a section, with a space between what stands apart on the page.
const APART =
  "p, li, dt, dd, td, th, pre, div, section, summary, h1, h2, h3, h4, dt > strong";
const UNREAD =
  ".headerlink, .katex-mathml, script, style, svg, button, .viewcode-link";

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("article") ?? page.body;
  main.querySelectorAll(UNREAD).forEach((one) => one.remove());
  main.querySelectorAll(APART).forEach((one) => one.append(" "));
  const part = anchor && page.getElementById(anchor.slice(1));
  return (part || main).textContent.replace(/\s+/g, " ");
};
