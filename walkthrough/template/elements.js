// Elements of HTML and SVG, and the one live sentence for screen readers.

export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value);
  }
  return node;
}

export function element(tag, attributes = {}, ...children) {
  const node = set(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

export function svg(tag, attributes = {}, text = "") {
  const node = set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.textContent = text;
  return node;
}

// A part that scrolls is reached by the Tab key, and has a name.
export function region(node, name) {
  return set(node, { tabindex: "0", role: "region", "aria-label": name });
}

// How wide it is, by the size of the text, as the style sheet measures it.
export const rems = (node) =>
  node.clientWidth / Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

// The places of a chapter that its script fills, by name: <div data-slot="picture"></div>.
export function slots(root) {
  const found = {};
  for (const node of root.querySelectorAll("[data-slot]")) found[node.dataset.slot] = node;
  return found;
}

export function say(words) {
  document.getElementById("announcement").textContent = words;
}
