// The page's own script: js_on_load of the source pane, so `element`, `trigger`, `watch` and
// `upload` are Gradio's. The files of this folder are one function, in the order of their names.
// It decides nothing about an answer; it sends events, and opens and lights what the server drew.
const page = document.documentElement;
// Gradio runs this anew where it mounts the pane anew: the listeners before are let go.
window.footnotedListeners?.abort();
const listeners = new AbortController();
window.footnotedListeners = listeners;
const { signal } = listeners;
const hear = (target, kind, handler, options) =>
  target.addEventListener(kind, handler, { signal, ...options });

// What a button may send by its `data-do`; Gradio binds an event to each name that stands here.
const EVENTS = [
  "ask", "begin", "case", "check", "copy", "delete", "dislike", "dismiss", "export", "gather", "like", "look",
  "new", "open", "remove", "rename", "retitle", "retry", "search", "show", "take",
  "unfold",
];
const actions = {}; // what a button's `data-do` does in the browser itself, by name
const narrow = window.matchMedia("(max-width: 900px)"); // the source lies over the chat
const slim = window.matchMedia("(max-width: 1150px)"); // so does the left column

const WRONG = "#outbox .notice[role=alert]:not(.mine)";
const TOLD = "#outbox .notice:not(.mine[role=alert])"; // that the server is gone is told until it is back

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const send = (name, data = {}) => trigger(name, { ...data });
const fill = (words, at, of) => words.replace("##", of).replace("#", at);

hear(document, "click", (event) => {
  for (const each of all("details.more[open], details.export[open]")) {
    if (!each.contains(event.target) || event.target.dataset?.do === "export") each.open = false;
  }
  event.target.closest?.(TOLD)?.remove();
  const button = event.target.closest?.("button");
  if (!button) return;
  const { do: does, ...data } = button.dataset;
  if (slim.matches && ["open", "new", "read"].includes(does)) showSide(false);
  if (button.dataset.group) open(button);
  else if (actions[does]) actions[does](button, data);
  else if (EVENTS.includes(does)) send(does, data);
});

hear(document, "keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing) return; // many keyboards write [ with Alt
  if (event.key === "Escape") return escape();
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  const keys = {
    "[": () => step(-1),
    "]": () => step(1),
    "/": () => document.querySelector("#question textarea")?.focus(),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

// Closes what lies on top.
function escape() {
  if (document.querySelector("dialog[open]")) return; // the browser closes it
  const menu = document.querySelector("details.more[open], details.export[open], details.bad[open]");
  const wrong = all(WRONG);
  hideCard();
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (wrong.length) wrong.forEach((each) => each.remove());
  else if (page.dataset.side === "open" && slim.matches) showSide(false);
  else if (page.dataset.source === "open") show(false);
}

// A line that tells something: until it is read, or for good where it is an alert.
function notice(message, role) {
  const shown = document.createElement("p");
  shown.className = "notice mine";
  shown.setAttribute("role", role);
  shown.textContent = message;
  document.querySelector("#outbox").append(shown);
  return shown;
}

function tell(message) {
  all("#outbox .mine[role=status]").forEach((each) => each.remove());
  notice(message, "status");
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard where the page isn't served from this computer: the old way.
    const area = document.createElement("textarea");
    const before = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    before.focus();
  }
}
