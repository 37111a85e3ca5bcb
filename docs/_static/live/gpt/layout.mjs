// The elements of the page, before there is a number in any of them.

const PACES = [
  [0, "full speed"],
  [300, "300 steps / s"],
  [50, "50 steps / s"],
  [5, "5 steps / s"],
];

const bar = `
<div class="pg-bar">
  <div class="pg-transport" role="group" aria-label="Training">
    <button type="button" class="pg-play" data-do="play">Start</button>
    <button type="button" data-do="step">One step</button>
    <button type="button" data-do="reset">Reset</button>
  </div>
  <dl class="pg-readout">
    <div><dt>step</dt><dd data-show="step">0</dd></div>
    <div><dt>loss</dt><dd data-show="loss">–</dd></div>
    <div><dt>unseen names</dt><dd data-show="unseen">–</dd></div>
    <div><dt>steps a second</dt><dd data-show="rate">–</dd></div>
    <div><dt>letters a second</dt><dd data-show="letters">–</dd></div>
  </dl>
  <div class="pg-pace">
    <label>pace <select name="pace">${PACES.map(
      ([value, text]) => `<option value="${value}">${text}</option>`,
    ).join("")}</select></label>
  </div>
</div>
<div class="pg-under"><p class="pg-status" role="status"
  aria-live="polite"></p></div>`;

const learning = `
<section class="gpt-loss" aria-label="Loss">
  <h2>Loss: surprise at the next letter</h2>
  <p class="pg-key"><span class="pg-key-loss">names it learns from</span>
    <span class="pg-key-accuracy">unseen names</span>
    <span class="gpt-key-guess">guessing</span></p>
  <canvas role="img" aria-label="Loss by step, falling from that of guessing"
    ></canvas>
  <div class="gpt-speed">
    <h2>One training step</h2>
    <div class="gpt-bar gpt-here"><span>this tab, scalars</span>
      <i></i><b data-show="here">–</b></div>
    <div class="gpt-bar gpt-torch"><span>PyTorch, CPython</span>
      <i></i><b data-show="torch"></b></div>
    <p class="pg-help" data-show="measured"></p>
  </div>
</section>
<section class="gpt-names" aria-label="Names it makes up">
  <h2>Names it makes up</h2>
  <ol></ol>
  <p class="pg-help">Underlined names are in its list; all others are
  invented.</p>
</section>`;

const attention = `
<section class="gpt-attention" aria-label="Attention">
  <div class="pg-head"><h2>Where each head looks</h2>
    <label>in the name <input name="name" type="text" autocomplete="off"
      autocapitalize="none" spellcheck="false" /></label></div>
  <div class="gpt-heads"></div>
  <p class="gpt-told pg-help" aria-live="polite">A row reads one letter; the
  darker a square, the more attention goes to the letter of its column.</p>
  <h2>What it expects next</h2>
  <div class="gpt-next"></div>
</section>`;

const embeddings = `
<section class="gpt-map" aria-label="Embeddings">
  <h2>Embeddings: letters that behave alike</h2>
  <canvas role="img" aria-label="The letters at their places in a plane"
    ></canvas>
  <p class="pg-help">The 16 numbers of each letter, in the two directions in
  which letters differ most. Vowels are orange.</p>
</section>`;

const follow = `
<section class="gpt-follow" aria-label="Every number">
  <div class="pg-head"><h2>Every number, and its gradient</h2>
    <div class="gpt-positions" role="group" aria-label="Position"></div>
    <button type="button" class="gpt-python" data-do="python"></button></div>
  <p class="pg-status gpt-python-text" role="status" aria-live="polite"></p>
  <div class="gpt-numbers">
    <div class="gpt-rows" role="group"
      aria-label="Numbers of a position; arrows move" ></div>
    <div class="gpt-detail" role="region"
      aria-label="The chosen number"></div>
  </div>
  <p class="pg-help">The upper half of a square is a number, the lower half
  its gradient: blue if positive, orange if negative.</p>
</section>`;

/** All of it, in the order of reading. */
export const layout = `
${bar}
<div class="gpt-learning">${learning}</div>
<div class="gpt-inside">${attention}${embeddings}</div>
${follow}`;
