// What each panel asks for, and what it does with the answer.

import { onGrid } from "./plane.mjs";

const PICTURE = 20; // points along each side of a neuron's picture

/**
 * The panels, by name.  `parts` are what draws (plane, network, curves, grid,
 * pointTable, parameterTable, graph, histograms), the `form`, the `state`,
 * and `onjudged`, called when a new table is there.
 */
export function panelsOf(parts) {
  const { plane, network, curves, grid, form, state } = parts;
  const panels = {
    boundary: {
      cheap: true,
      question: (playing) => ["boundary", grid.size(playing)],
      answer: (answer) => {
        grid.adapt(answer);
        plane.show(answer);
        parts.onshown();
      },
    },
    neuron: {
      cheap: true,
      get visible() {
        return state.looked !== null && panels.boundary.visible;
      },
      question: (playing) => {
        const { column, row } = state.looked;
        return ["neuron", column, row, grid.size(playing)];
      },
      answer: (answer) => {
        const { column, row } = state.looked ?? {};
        if (answer.column === column && answer.row === row) plane.look(answer);
      },
    },
    pictures: {
      cheap: true,
      pause: 150, // no more often than they are drawn
      question: () => ["pictures", PICTURE],
      answer: (answer) => network.show(answer),
    },
    table: {
      cheap: true,
      pause: 250, // it has a hundred rows
      visible: true,
      question: () => ["table"],
      answer: (answer) => {
        plane.predicted = answer.predicted;
        parts.pointTable.show(answer);
        curves.judged(parts.trainer.step, answer);
        state.table = answer;
        parts.onjudged();
        plane.draw();
      },
    },
    lines: {
      cheap: true,
      get visible() {
        return panels.boundary.visible && state.view.lines > 0;
      },
      question: () => ["sums", state.view.lines - 1, grid.lines],
      answer: (answer) => {
        if (!state.view.lines) return;
        plane.sums = answer.sums.map((one) => onGrid(one, answer.size));
        plane.draw();
      },
    },
    probe: {
      question: () => ["probe", ...plane.probe],
      answer: (answer) => parts.graph.show(answer),
    },
    memory: {
      question: () => ["memory", Number(form.named("layer").value)],
      answer: (answer) => parts.parameterTable.show(answer),
    },
    histograms: {
      question: () => ["histograms"],
      answer: (answer) => parts.histograms.show(answer),
    },
  };
  return panels;
}
