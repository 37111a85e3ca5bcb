// A program that micrograd's compiler has written as WebAssembly.
//
// What a cell of its memory is, the section "micrograd" says.  This file knows
// of no page, so tests run it in node.

/** A module of micrograd's compiler, with its memory. */
export class Program {
  constructor(bytes) {
    const module = new WebAssembly.Module(bytes);
    const [told] = WebAssembly.Module.customSections(module, "micrograd");
    this.cells = JSON.parse(new TextDecoder().decode(told));
    const { exports } = new WebAssembly.Instance(module, { Math });
    this.run = exports.run;
    this.memory = new Float64Array(exports.memory.buffer);
  }

  /** The cells of a row of the manifest, not copied. */
  row([start, stop]) {
    return this.memory.subarray(start, stop);
  }

  /** Where each of `count` rows side by side begins. */
  starts([start, stop], count) {
    const stride = (stop - start) / count;
    return Array.from({ length: count }, (_, i) => start + i * stride);
  }
}

/** The bytes that Python has written as letters. */
export const bytesOf = (text) =>
  Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
