// The source pane: which place is open, and which of its footnotes is lit.
let group = []; // the places that next and previous walk: one for each footnote
let chosen = -1; // which of them is lit
let asked = ""; // the place that the server was last asked for
let opener = null; // what opened the pane: gets the focus back when it closes

const article = () => element.querySelector("article.document");

// Drawn anew, a button is another element: it is known by its footnote, or by what it does to what.
function alike({ dataset }) {
  const keys = dataset.group ? ["group", "number"] : ["do", "turn", "conversation", "document", "dialog", "by", "input"];
  const alone = !dataset.group && !dataset.do;
  return alone ? null : all("button").find((each) => keys.every((key) => each.dataset[key] === dataset[key]));
}

// The button as it stands now; where it is folded away, what unfolds it.
function same(button) {
  const found = !button || button.isConnected ? button : alike(button);
  if (found?.closest("#side") && slim.matches && page.dataset.side !== "open") return document.querySelector(".menu");
  const folded = found?.parentElement.closest("details:not([open])");
  return folded && found.parentElement !== folded ? folded.querySelector("summary") : found;
}

function show(open) {
  page.dataset.source = open ? "open" : "closed";
  // On a phone the pane lies over the chat, which is out of reach then.
  for (const each of all("#head, #side, #talk")) each.inert = open && narrow.matches;
  if (!open) same(opener)?.focus();
  else if (narrow.matches) element.querySelector(".close")?.focus();
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
  hideCard();
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
  if (group.length) return choose((chosen + by + group.length) % group.length);
  const chip = all("#turn .chip").at(by > 0 ? 0 : -1);
  if (chip) open(chip);
}

actions.step = (button, { by }) => step(Number(by));
actions.hide = () => show(false);
actions.read = (button, { document: id }) => {
  opener = button;
  forget();
  show(true);
  send("show", { document: id, spans: [] });
};
// What the server needs to draw a document that is open as it stands now, by a new name.
const asOpen = (id) => {
  const here = group.filter((each) => each.id === id);
  return article()?.dataset.document === id ? { start: here[0]?.start ?? 0, spans: spansOf(here) } : {};
};

// Lights the pieces of the document that lie in the group's places, the chosen one brighter. Asks
// the server for the document where it isn't the one shown, or isn't cut at the chosen place.
function light() {
  const target = group[chosen];
  markButtons(target);
  if (!target) return;
  if (onPages(target.id)) return showPages();
  const here = group.filter((each) => each.id === target.id);
  const shown = article();
  const lit = shown?.dataset.document === target.id ? lightPieces(shown, here, target) : [];
  const last = lit[lit.length - 1];
  if (lit.length && Number(lit[0].dataset.start) === target.start && Number(last.dataset.end) === target.end) {
    tellStep(target);
    lit[0].scrollIntoView({ block: "center" });
    return showPages();
  }
  const wanted = JSON.stringify(target);
  if (wanted === asked) return; // asked once already: the document is gone, and the pane says so
  asked = wanted;
  send("show", { document: target.id, start: target.start, spans: spansOf(here) });
}

const spansOf = (places) => places.map((each) => [each.start, each.end]);

// A long document comes with the sheets around the chosen place; the others follow while nobody
// waits, those nearest to what is read first.
const SHEETS_AT_ONCE = 6;
const PAUSE_MS = 60;
function unfold() {
  const shown = article();
  const empty = shown ? all(".sheet[data-empty]", shown) : [];
  if (!empty.length || shown.dataset.view === "pages") return;
  const away = (sheet) => {
    const { top, bottom } = sheet.getBoundingClientRect();
    return Math.max(top - window.innerHeight, -bottom, 0);
  };
  const near = empty.map((sheet) => [away(sheet), sheet.dataset.sheet]).sort(([one], [other]) => one - other);
  const id = shown.dataset.document;
  const here = group.filter((each) => each.id === id);
  const sheets = near.slice(0, SHEETS_AT_ONCE).map(([, number]) => number);
  send("unfold", { document: id, spans: spansOf(here), sheets });
}

function takeSheets() {
  for (const box of all("#sheets [data-sheets]")) {
    const shown = article();
    box.remove();
    if (shown?.dataset.document !== box.dataset.sheets) continue;
    keepingPlace(shown, () => {
      for (const sheet of [...box.children]) {
        const empty = `.sheet[data-empty][data-sheet="${sheet.dataset.sheet}"]`;
        shown.querySelector(empty)?.replaceWith(sheet);
      }
      const target = group[chosen];
      const here = group.filter((each) => each.id === shown.dataset.document);
      if (here.includes(target)) lightPieces(shown, here, target);
    });
    setTimeout(unfold, PAUSE_MS);
  }
}

// Whatever grows above it, what the reader sees stays where it is.
function keepingPlace(shown, change) {
  const top = (node) => node.getBoundingClientRect().top;
  const pane = element.closest("#source");
  const seen = all(".sheet:not([data-empty])", shown).find((sheet) => top(sheet) + sheet.offsetHeight > top(pane));
  const before = seen && top(seen);
  change();
  if (seen) pane.scrollTop += top(seen) - before;
}

function lightPieces(shown, here, target) {
  const within = (piece, span) => piece.start >= span.start && piece.end <= span.end;
  const lit = [];
  for (const node of all(".s.cited", shown)) {
    node.classList.remove("cited", "chosen");
    node.removeAttribute("aria-current");
  }
  const span = ({ dataset }) => ({ start: Number(dataset.start), end: Number(dataset.end) });
  const reached = all(".sheet", shown).filter((sheet) => {
    const { start, end } = span(sheet);
    return here.some((each) => each.start < end && each.end > start);
  });
  for (const node of reached.flatMap((sheet) => all(".s", sheet))) {
    const piece = span(node);
    if (!here.some((span) => within(piece, span))) continue;
    node.classList.add("cited");
    if (!within(piece, target)) continue;
    node.classList.add("chosen");
    node.setAttribute("aria-current", "true");
    lit.push(node);
  }
  return lit;
}

function tellStep(target) {
  const steps = element.querySelector(".steps");
  if (!steps) return;
  steps.hidden = false;
  const words = steps.dataset[target.name.split("-")[1]];
  steps.querySelector(".step").textContent = fill(words, chosen + 1, group.length);
}

// Another answer's footnote of the same number is another place.
function markButtons(target) {
  const wanted = JSON.stringify(target);
  for (const button of all("[data-group]")) {
    const here = JSON.stringify(place(button)) === wanted;
    here ? button.setAttribute("aria-pressed", "true") : button.removeAttribute("aria-pressed");
  }
}

// Nothing is lit any more, and what is open is read from its beginning.
function forget() {
  group = [];
  chosen = -1;
  markButtons(null);
  if (!article()) return;
  lightPieces(article(), []);
  all(".spot", element).forEach((each) => each.remove());
  element.querySelector(".steps").hidden = true;
  element.closest("#source").scrollTo(0, 0);
}

hear(narrow, "change", () => page.dataset.source === "open" && show(true));

// The server drew the pane anew.
watch("value", () => {
  if (!page.dataset.source) page.dataset.source = article() && !narrow.matches ? "open" : "closed";
  if (document.activeElement === document.body && page.dataset.source === "open") show(true);
  light();
  setTimeout(unfold, PAUSE_MS);
  if (chosen >= 0) return;
  element.closest("#source")?.scrollTo(0, 0);
  showPages();
});
