// How the search ranks a page; Sphinx puts this in front of its own script.

window.Scorer = {
  // An entry of the index has 100, or less if only a part of it is sought.
  score: ([page, , , , score, , kind]) => {
    if (kind === "index") return score;
    const { places } = window.Scorer;
    const place = Object.keys(places).find((one) => page.startsWith(one));
    return score + (places[place] ?? 0);
  },

  // Pages that teach or answer come before those that list; what is for
  // those who change the code comes last.
  places: {
    "tutorials/": 4,
    "how-to/": 4,
    "explanation/": 3,
    installation: 4,
    "reference/generated/micrograd.tensors": -2,
    "exercises/": -1,
    "source/": -4,
    "decisions/": -5,
    changelog: -5,
    contributing: -4,
    "third-party": -4,
  },

  // Sphinx's own numbers, which it has only where there is no Scorer.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
