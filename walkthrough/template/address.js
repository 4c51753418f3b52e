// What a reader has changed stands in the address: #5?w=0.7 is chapter 5 with that w. So a situation
// can be linked to, and comes back when the page is opened again.

const chapters = {}; // number -> { state, start, draw }

// The state of a chapter: an object of numbers and words, which its controls change.
export function remember(chapter, start, draw) {
  chapters[chapter] = { state: { ...start }, start, draw };
  return chapters[chapter].state;
}

export const remembered = (chapter) => chapters[chapter].state;

export function save(chapter) {
  const { state, start } = chapters[chapter];
  const changed = Object.keys(start)
    .filter((key) => state[key] !== start[key])
    .map((key) => [key, state[key]]);
  const query = new URLSearchParams(changed).toString();
  history.replaceState(null, "", `#${chapter}${query && `?${query}`}`);
}

// Take over what the address says, and go to its chapter.
export function restore() {
  const [chapter, query = ""] = location.hash.slice(1).split("?");
  if (!(chapter in chapters)) return;
  const { state, start, draw } = chapters[chapter];
  for (const [key, text] of new URLSearchParams(query)) {
    if (!(key in start)) continue;
    const value = typeof start[key] === "number" ? Number(text) : text;
    if (typeof value === "string" || Number.isFinite(value)) state[key] = value;
  }
  const root = document.querySelector(`[data-chapter="${chapter}"]`);
  draw();
  for (const control of root.querySelectorAll("*")) control.show?.();
  root.scrollIntoView();
}
