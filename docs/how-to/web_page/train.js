// --- Load the program, and find out which cell is what ---

const answer = await fetch("step.wasm");
const module = await WebAssembly.compile(await answer.arrayBuffer());
const { exports } = await WebAssembly.instantiate(module, { Math });
const [section] = WebAssembly.Module.customSections(module, "micrograd");
const cells = JSON.parse(new TextDecoder().decode(section));
const memory = new Float64Array(exports.memory.buffer);

// --- Train, on other points at each step ---

const size = (cells.numbers[1] - cells.numbers[0]) / 2; // of a batch
let steps = 0;

function step() {
  const xs = Array.from({ length: size }, () => 6 * Math.random() - 3);
  const targets = xs.map((x) => Math.sin(x));
  memory.set([...xs, ...targets], cells.numbers[0]);
  steps += 1;
  return exports.run();
}

function draw() {
  let sum = 0;
  for (let i = 0; i < 100; i += 1) sum += step();
  document.getElementById("steps").textContent = steps;
  document.getElementById("loss").textContent = (sum / 100).toFixed(6);
  if (steps < 20_000) requestAnimationFrame(draw);
}

draw();
