// The elements of the playground, before there is a number in any of them.

import { INPUTS } from "./settings.mjs";

const ACTIVATIONS = [
  "tanh",
  "relu",
  "leaky_relu",
  "sigmoid",
  "elu",
  "silu",
  "gelu",
  "softplus",
];

const options = (names) =>
  names
    .map((one) => (Array.isArray(one) ? one : [one, one]))
    .map(([value, text]) => `<option value="${value}">${text}</option>`)
    .join("");

const select = (name, label, names) => `
  <label class="pg-field"><span>${label}</span>
    <select name="${name}">${options(names)}</select></label>`;

const number = (name, label, attributes) => `
  <label class="pg-field"><span>${label}</span>
    <input name="${name}" type="number" inputmode="decimal" ${attributes} />
  </label>`;

const slider = (name, label, attributes) => `
  <label class="pg-field pg-slider"><span>${label}</span>
    <span><input name="${name}" type="range" ${attributes} />
      <output></output></span></label>`;

const inputs = Object.entries(INPUTS)
  .map(
    ([value, text]) => `
    <label><input type="checkbox" name="inputs" value="${value}" />${text}</label>`,
  )
  .join("");

const waits = `<p class="pg-help pg-waits">Drawn when Python is there.</p>`;

const settings = `
<form class="pg-settings" aria-label="Settings" autocomplete="off">
  <fieldset><legend>Data</legend>
    ${select("data", "set", [
      "moons",
      "circles",
      "xor",
      "spirals",
      ["yin_yang", "yin-yang"],
      ["empty", "your own"],
    ])}
    ${number("n", "points", 'min="1" max="400" step="1"')}
    ${slider("noise", "noise", 'min="0" max="1" step="0.01"')}
    ${slider("balance", "share of ■", 'min="0.1" max="0.9" step="0.05"')}
    ${slider("test", "test points", 'min="0" max="0.8" step="0.05"')}
    ${number("seed", "seed", 'min="1" max="4294967296" step="1"')}
  </fieldset>
  <fieldset><legend>Network</legend>
    <div class="pg-inputs" role="group" aria-label="Inputs of the network">
      ${inputs}</div>
    <label class="pg-field"><span>hidden layers</span>
      <input name="hidden" type="text" inputmode="numeric"
        aria-describedby="pg-hidden-help" /></label>
    <p class="pg-help" id="pg-hidden-help">widths, such as 8, 8</p>
    <div class="pg-layers" role="group" aria-label="Change the layers"></div>
    ${select("activation", "activation", ACTIVATIONS)}
    ${select("init", "first weights", [
      ["kaiming", "Kaiming"],
      ["xavier", "Xavier"],
      ["uniform", "from −1 to 1"],
      ["zeros", "all zero"],
    ])}
  </fieldset>
  <fieldset><legend>Training</legend>
    ${select("loss", "loss", [
      ["cross_entropy", "cross-entropy"],
      ["hinge_loss", "hinge"],
      ["mse_loss", "squared error"],
    ])}
    ${select("penalty", "regularisation", [
      ["none", "none"],
      ["l1", "L1, Σ|w|"],
      ["l2", "L2, Σw²"],
    ])}
    ${number("penalty_rate", "its rate", 'min="0" max="1" step="any"')}
    ${select("optimizer", "optimiser", [
      "SGD",
      ["momentum", "SGD, momentum 0.9"],
      "RMSprop",
      "Adagrad",
      "Adam",
      "AdamW",
    ])}
    ${number("lr", "learning rate", 'min="0" max="10" step="any"')}
    ${number("weight_decay", "weight decay", 'min="0" max="1" step="any"')}
    ${number("batch", "batch (0: all)", 'min="0" max="400" step="1"')}
  </fieldset>
  <p class="pg-help">Training settings change the run that goes on; data and
  network begin a new one.</p>
</form>`;

const bar = `
<div class="pg-bar">
  <div class="pg-transport" role="group" aria-label="Training">
    <button type="button" class="pg-play" data-do="play">Play</button>
    <button type="button" data-do="step">One step</button>
    <button type="button" data-do="back">Step back</button>
    <button type="button" data-do="epoch">One epoch</button>
    <button type="button" data-do="reset">Reset</button>
  </div>
  <dl class="pg-readout">
    <div><dt>step</dt><dd data-show="step">0</dd></div>
    <div><dt>epoch</dt><dd data-show="epoch">0</dd></div>
    <div><dt>loss</dt><dd data-show="loss">–</dd></div>
    <div class="pg-if-test"><dt>test loss</dt>
      <dd data-show="test-loss">–</dd></div>
    <div><dt>right</dt><dd data-show="right">–</dd></div>
    <div class="pg-if-test"><dt>right, test</dt>
      <dd data-show="test-right">–</dd></div>
    <div><dt>time left</dt><dd data-show="left">–</dd></div>
  </dl>
  <div class="pg-pace">
    <label>stop at step
      <input name="until" type="number" min="1" max="1000000" step="1" />
    </label>
    <label>pace
      <select name="speed">${options([
        [0, "full speed"],
        [1000, "1,000 steps / s"],
        [100, "100 steps / s"],
        [10, "10 steps / s"],
        [1, "1 step / s"],
      ])}</select>
    </label>
  </div>
</div>
<div class="pg-under">
  <p class="pg-status" role="status" aria-live="polite"></p>
  <div class="pg-share" role="group" aria-label="Share">
    <button type="button" data-do="keep">Keep as A<span class="pg-loads"></span></button>
    <button type="button" data-do="link">Copy link</button>
    <button type="button" data-do="embed">Copy embed</button>
    <button type="button" data-do="script">Copy as Python<span class="pg-loads"></span></button>
  </div>
</div>`;

const plane = `
<section class="pg-plane" aria-label="Plane">
  <div class="pg-tools" role="radiogroup" aria-label="What a click does">
  </div>
  <div class="pg-stage">
    <canvas class="pg-canvas" tabindex="-1" role="application"
      aria-label="Plane of the data" aria-describedby="pg-plane-help"></canvas>
    <div class="pg-start"><div>
      <button type="button" class="pg-start-button">Start Python</button>
      <p class="pg-start-other" hidden></p>
      <p class="pg-start-size"></p>
      <progress max="1" value="0" hidden aria-label="Loading Python"></progress>
      <p class="pg-start-text" aria-live="polite"></p>
    </div></div>
  </div>
  <p class="pg-hover" aria-live="off">&nbsp;</p>
  <div class="pg-toggles">
    <label><input type="checkbox" name="discrete" /> classes only</label>
    <label><input type="checkbox" name="levels" /> lines at 75 and 95 %</label>
    <label>zero lines of <select name="lines"></select></label>
  </div>
  <p class="pg-help" id="pg-plane-help">With the keyboard: arrows move a
  cross, Enter uses the chosen tool there, Delete removes the nearest point.
  A point in a dark ring is one that the network gets wrong, a hollow one is
  only tested on.</p>
</section>`;

const network = `
<section class="pg-network" aria-label="Network">
  <canvas tabindex="0" role="application" aria-label="Network"
    aria-describedby="pg-network-help"></canvas>
  <label class="pg-parameter" hidden><span></span>
    <input name="parameter" type="number" step="any" /></label>
  <p class="pg-network-said" aria-live="off"></p>
  <p class="pg-help" id="pg-network-help">Each picture is what a neuron says
  about the plane: orange above zero, blue below. An edge is as thick as its
  weight, dashed if that is negative. Click an edge or a neuron to type its
  weight or bias. With the keyboard: arrows for neurons, n and p for the
  weights of one, Enter to type, Escape to leave.</p>
</section>`;

const curves = `
<section class="pg-curves" aria-label="Curves">
  <h2>Loss and accuracy</h2>
  <p class="pg-key"><span class="pg-key-loss">loss of the batch</span>
    <span class="pg-key-test pg-if-test">loss on test points</span>
    <span class="pg-key-accuracy">points that are right</span>
    <span class="pg-key-a pg-if-a">run A</span></p>
  ${waits}
  <canvas role="img" aria-label="Loss and accuracy by step"></canvas>
  <p class="pg-help pg-curves-said"></p>
</section>`;

const compare = `
<section class="pg-compare pg-if-a" aria-label="Comparison with run A">
  <canvas role="img" aria-label="Plane of run A"></canvas>
  <div>
    <table><thead><tr><td></td><th scope="col">run A</th>
      <th scope="col">now</th></tr></thead><tbody></tbody></table>
    <p><button type="button" data-do="goback">Back to A</button>
      <button type="button" data-do="forget">Forget A</button></p>
  </div>
</section>`;

const histograms = `
<section class="pg-histograms" aria-label="Histograms">
  <h2>Activations and gradients</h2>
  <p class="pg-help">Outputs of each layer on all points, and the gradients
  of its parameters in the last step. An output is saturated where the slope
  of the activation is below 0.05.</p>
  ${waits}
  <div class="pg-layers-shown"></div>
</section>`;

const graph = `
<section class="pg-graph" aria-label="Graph of the probe">
  <div class="pg-head">
    <h2>The loss of one point, as a graph</h2>
    <div class="pg-probe" role="group" aria-label="The probe">
      <label>x <input name="x" type="number" step="any" /></label>
      <label>y <input name="y" type="number" step="any" /></label>
      <label>class <select name="class"></select></label>
    </div>
    <div class="pg-zoom" role="group" aria-label="Size of the graph">
      <button type="button" data-do="smaller" aria-label="Smaller">−</button>
      <button type="button" data-do="larger" aria-label="Larger">+</button>
      <button type="button" data-do="fit">Fit</button>
    </div>
  </div>
  ${waits}
  <svg class="pg-graph-frame" tabindex="0" role="application"
    aria-label="Graph of the loss of the probe"
    aria-describedby="pg-graph-help"></svg>
  <div class="pg-detail" tabindex="0" role="region"
    aria-label="The chosen box"></div>
  <p class="pg-help" id="pg-graph-help">A box is a neuron, with its output
  and how fast the loss changes with it. A wire is as thick as its weight,
  orange if that is positive and blue if it is negative.
  Drag to move, Ctrl and wheel to zoom; with the keyboard arrows, + and −,
  and n and p for the next box and the one before.</p>
</section>`;

const parameters = `
<section class="pg-parameters" aria-label="Parameters">
  <div class="pg-head"><h2>What the optimiser knows</h2>
    <label>of <select name="layer"></select></label></div>
  ${waits}
  <div class="pg-scroll" tabindex="0" role="region"
    aria-label="Rows of parameters">
    <table><thead><tr>
      <th scope="col">parameter</th><th scope="col">value</th>
      <th scope="col">gradient</th><th scope="col"><i>m</i></th>
      <th scope="col">√<i>v</i></th><th scope="col">update</th>
    </tr></thead><tbody></tbody></table>
  </div>
  <p class="pg-help"><i>m</i> is the running mean of gradients, or momentum;
  <i>v</i> that of their squares; – where this optimiser keeps none.</p>
</section>`;

const points = `
<section class="pg-points" aria-label="Points">
  <h2>Every point</h2>
  ${waits}
  <div class="pg-scroll" tabindex="0" role="region"
    aria-label="Rows of points">
    <table><thead><tr>
      <th scope="col">point</th><th scope="col">x</th><th scope="col">y</th>
      <th scope="col">expected</th><th scope="col">predicted</th>
      <th scope="col">sure</th><th scope="col">is</th>
    </tr></thead><tbody></tbody></table>
  </div>
</section>`;

/** All of it, in the order of reading. */
export const layout = `
${bar}
<div class="pg-question" role="note" aria-label="The question" hidden></div>
<div class="pg-main">
  <div class="pg-right">${plane}${compare}</div>
  <div class="pg-side">${network}${curves}</div>
  ${settings}
</div>
${histograms}
${graph}
<div class="pg-tables">${parameters}${points}</div>
<p class="pg-if-embed"><a target="_blank" rel="noopener" href="">Open it in the
playground</a></p>`;
