// The page's own script: js_on_load of the source pane, so `element`, `trigger` and `watch` are
// Gradio's. It decides nothing about an answer; it opens, lights and walks what the server drew.
const page = document.documentElement;
// Gradio runs this anew where it mounts the pane anew: the listeners before are let go.
window.footnotedListeners?.abort();
const listeners = new AbortController();
window.footnotedListeners = listeners;
const { signal } = listeners;

const narrow = window.matchMedia("(max-width: 900px)");
let group = []; // the places that next and previous walk: one for each footnote
let chosen = -1; // which of them is lit
let asked = ""; // the place that the server was last asked for
let opener = null; // what opened the pane: gets the focus back when it closes
let focused = null; // the last button of the chat that had the focus

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const article = () => element.querySelector("article.document");

// Drawn anew, a button is another element: its group and number are what it is known by.
function same(button) {
  if (!button || button.isConnected) return button;
  const { group: name, number } = button.dataset;
  return document.querySelector(`[data-group="${name}"][data-number="${number}"]`);
}

function show(open) {
  page.dataset.source = open ? "open" : "closed";
  // On a phone the pane lies over the chat, which is out of reach then.
  for (const each of all("#head, #talk")) each.inert = open && narrow.matches;
  if (!open) same(opener)?.focus();
  else if (narrow.matches) element.querySelector("[data-close]")?.focus();
}

function place(button) {
  const { document: id, start, end, number, group: name } = button.dataset;
  return { id, start: Number(start), end: Number(end), number: Number(number), name };
}

// The places of the group that a button belongs to, each number once, in order.
function placesOf(button) {
  const places = new Map();
  for (const each of all(`[data-group="${button.dataset.group}"]`)) {
    places.set(each.dataset.number, place(each));
  }
  return [...places.values()].sort((one, other) => one.number - other.number);
}

function open(button) {
  opener = button;
  group = placesOf(button);
  choose(group.findIndex((each) => each.number === Number(button.dataset.number)));
}

function choose(index) {
  if (index < 0 || index >= group.length) return;
  chosen = index;
  asked = "";
  show(true);
  light();
}

function step(by) {
  if (group.length) choose((chosen + by + group.length) % group.length);
}

// Lights the pieces of the document that lie in the group's places, the chosen one brighter. Asks
// the server for the document where it isn't the one shown, or isn't cut at the chosen place.
function light() {
  const target = group[chosen];
  markButtons(target);
  if (!target) return;
  const shown = article();
  const here = group.filter((each) => each.id === target.id);
  const within = (piece, span) => piece.start >= span.start && piece.end <= span.end;
  const lit = [];
  if (shown?.dataset.document === target.id) {
    for (const node of all(".s", shown)) {
      const piece = { start: Number(node.dataset.start), end: Number(node.dataset.end) };
      const isChosen = within(piece, target);
      node.classList.toggle("cited", here.some((span) => within(piece, span)));
      node.classList.toggle("chosen", isChosen);
      isChosen ? node.setAttribute("aria-current", "true") : node.removeAttribute("aria-current");
      if (isChosen) lit.push(node);
    }
  }
  const last = lit[lit.length - 1];
  if (lit.length && Number(lit[0].dataset.start) === target.start && Number(last.dataset.end) === target.end) {
    tell(target);
    lit[0].scrollIntoView({ block: "center" });
    return;
  }
  const wanted = JSON.stringify(target);
  if (wanted === asked) return; // asked once already: the document is gone, and the pane says so
  asked = wanted;
  trigger("show", { document: target.id, spans: here.map((each) => [each.start, each.end]) });
}

function tell(target) {
  const names = { footnote: "footnote", related: "near sentence", found: "found sentence" };
  const steps = element.querySelector(".steps");
  if (!steps) return;
  steps.hidden = false;
  const kind = names[target.name.split("-")[1]];
  steps.querySelector(".step").textContent = `${kind} ${chosen + 1} of ${group.length}`;
}

function markButtons(target) {
  for (const button of all("[data-group]")) {
    const here =
      target && button.dataset.group === target.name && Number(button.dataset.number) === target.number;
    here ? button.setAttribute("aria-pressed", "true") : button.removeAttribute("aria-pressed");
  }
}

function forget() {
  group = [];
  chosen = -1;
  markButtons(null);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const { ask, open: id, step: by } = button.dataset;
  if (ask !== undefined) trigger("ask", { question: ask });
  else if (button.dataset.group) open(button);
  else if (by) step(Number(by));
  else if (button.hasAttribute("data-close")) show(false);
  else if (id) {
    forget();
    trigger("show", { document: id, spans: [] });
  } else if (button.hasAttribute("data-library")) {
    opener = button;
    forget();
    show(true);
    trigger("list", {});
  }
}, { signal });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && page.dataset.source === "open") return show(false);
  if (event.target.closest?.("input, textarea, [contenteditable]")) return;
  const keys = {
    "[": () => step(-1),
    "]": () => step(1),
    "/": () => document.querySelector("#question textarea")?.focus(),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}, { signal });

document.addEventListener("focusin", (event) => {
  focused = event.target.closest("#turn [data-group]");
}, { signal });
narrow.addEventListener("change", () => show(page.dataset.source === "open"), { signal });

// The server drew the pane anew.
watch("value", () => {
  if (document.activeElement === document.body && page.dataset.source === "open") show(true);
  light();
  if (chosen < 0) element.closest("#source")?.scrollTo(0, 0);
});

// A new question goes to the top of the chat, and its answer grows below it: nothing moves while
// it is read. What was lit stays lit when the server draws a turn anew.
// Gradio may put the chat in after this script ran, and anew, so it is looked up each time.
let last = "";
function follow() {
  const current = document.querySelector("#turn");
  if (!current) return;
  if (!current.hasAttribute("aria-live")) current.setAttribute("aria-live", "polite");
  // Both change for a new question, the turns that are past and the one at work, in either order.
  const turn = current.querySelector("article.turn");
  const now = `${turn?.getAttribute("aria-label")} after ${all("#past article.turn").length}`;
  if (now !== last && turn) requestAnimationFrame(() => turn.scrollIntoView({ block: "start" }));
  last = now;
  if (chosen >= 0) markButtons(group[chosen]);
  if (focused && !focused.isConnected && document.activeElement === document.body) {
    same(focused)?.focus({ preventScroll: true });
  }
}
const watched = { childList: true, subtree: true, attributeFilter: ["aria-label"] };
const observer = new MutationObserver(follow);
observer.observe(document.body, watched);
signal.addEventListener("abort", () => observer.disconnect());
follow();
page.dataset.source = narrow.matches ? "closed" : "open";
