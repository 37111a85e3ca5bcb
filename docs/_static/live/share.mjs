// Code in an address: the part behind "#" holds it, squeezed, so that a link
// to a page can carry what its sender typed.  No server sees that part.
//
// "#cell-3=..." is the text of the third cell of the page.

async function through(stream, bytes) {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

/** The letters that may stand in an address, for any text. */
export async function pack(text) {
  const bytes = new TextEncoder().encode(text);
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  // One by one: a function takes only so many arguments.
  const characters = Array.from(packed, (byte) => String.fromCharCode(byte));
  const letters = btoa(characters.join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The text again. */
export async function unpack(letters) {
  const base64 = letters.replaceAll("-", "+").replaceAll("_", "/");
  const packed = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new DecompressionStream("deflate-raw");
  return new TextDecoder().decode(await through(stream, packed));
}

/** The address of this page with the text of one of its cells. */
export async function linkTo(number, text) {
  const address = new URL(location.href);
  address.hash = `cell-${number}=${await pack(text)}`;
  return address.href;
}

/** What the page's own address carries: {number, text}, or null. */
export async function fromAddress() {
  const found = location.hash.match(/^#cell-(\d+)=([\w-]+)$/);
  if (!found) return null;
  try {
    return { number: Number(found[1]), text: await unpack(found[2]) };
  } catch {
    return null; // cut short on its way, or made by hand
  }
}
