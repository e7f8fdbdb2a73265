// The chat: the quote beside a footnote, links to an answer, and what the server sends to keep.
const card = document.createElement("div");
card.id = "card";
card.setAttribute("role", "tooltip");
card.hidden = true;
document.body.append(card);
signal.addEventListener("abort", () => card.remove());

function showCard(chip) {
  const quote = document.createElement("q");
  const where = document.createElement("span");
  quote.textContent = chip.dataset.quote;
  where.textContent = chip.dataset.where;
  quote.dir = "auto";
  card.replaceChildren(quote, where);
  card.hidden = false;
  const at = chip.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), window.innerWidth - width - 8);
  const above = at.top - height - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

function hideCard() {
  card.hidden = true;
}

const chipAt = (event) => event.target.closest?.(".chip");
hear(document, "mouseover", (event) => (chipAt(event) ? showCard(chipAt(event)) : hideCard()));
hear(document, "focusin", (event) => {
  focused = event.target;
  refuge = REFUGES[focused.closest("#conversations, #library")?.id] ?? "#question textarea";
  keyed = focused.matches(":focus-visible");
  if (event.target.matches(".chip:focus-visible")) showCard(event.target);
});
hear(document, "focusout", hideCard);
hear(document, "scroll", hideCard, { capture: true });

// The focus goes back to a button that was drawn anew; a keyboard's, somewhere near if it is gone.
const REFUGES = { conversations: "#top [data-do=new]", library: "#library [data-do=pick]" };
let focused = null; // what had the focus last
let refuge = ""; // what gets it where that is gone
let keyed = false; // whether it came there by keyboard
function keepFocus() {
  const active = document.activeElement;
  if (!focused || ![document.body, focused].includes(active) || focused.checkVisibility()) return;
  const again = same(focused);
  if (again?.checkVisibility()) again.focus({ preventScroll: true });
  else if (keyed) document.querySelector(refuge)?.focus({ preventScroll: true });
}

const composer = () => document.querySelector("#question textarea");
function write(question, box = composer()) {
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
// What is being typed is never lost to a question that was asked, which is there to press again.
actions.edit = (button, { question, later }) => {
  const typed = composer().value;
  const asked = all("[data-do=edit]").some((each) => each.dataset.question === typed);
  if (!typed.trim() || asked) write(question);
  else tell(later);
  composer().focus();
};
actions.link = (button, { turn, copied }) => {
  const address = `${location.origin}${location.pathname}#c=${currentId()}&t=${turn}`;
  copyText(address).then(() => tell(copied));
};
const complaint = (button) => {
  const form = button.closest("form");
  const chosen = all("input:checked", form).map((each) => each.value);
  return { turn: form.dataset.turn, reason: form.elements.reason.value, chosen };
};
const complain = (name) => (button) => {
  const form = button.closest("details");
  send(name, complaint(button));
  unfolded.delete(partOf(form));
  form.open = false;
};
actions.dislike = complain("dislike");
actions.case = complain("case");

// An address that ends in #c=ID&t=2 names a conversation, and a turn of it.
let linked = new URLSearchParams(location.hash.slice(1));
let awaited = null; // the conversation that an address named, until it is shown or said not to be there
let wantedTurn = null;
const currentId = () => document.querySelector("#conversations [data-current]")?.dataset.current;

// The page is drawn for the first time.
function begin() {
  knock();
  followLink();
  const typed = sessionStorage.getItem(draft);
  if (typed) write(typed);
  sessionStorage.removeItem(draft);
  if (document.activeElement === document.body) composer().focus(); // it was hidden until now
}

function followLink() {
  const id = linked?.get("c");
  if (id) {
    wantedTurn = linked.get("t");
    awaited = id;
    send("open", { conversation: id });
  } else if (currentId()) {
    awaited = "";
    send("new");
  }
  linked = null;
}

// The address names the conversation that is open, and none where none is. The browser's Back leads
// to the one before it, unless that was deleted.
function address(id, before) {
  if (id === awaited || document.querySelector(WRONG)) awaited = null;
  if (awaited !== null || (id ? location.hash.startsWith(`#c=${id}`) : !location.hash)) return;
  const left = before && before !== id && (id || document.querySelector(`[data-conversation="${before}"]`));
  history[left ? "pushState" : "replaceState"](null, "", id ? `#c=${id}` : location.pathname + location.search);
}

hear(window, "hashchange", () => {
  linked = new URLSearchParams(location.hash.slice(1));
  if (linked.get("c") !== currentId() || linked.get("t")) followLink();
  linked = null;
});
actions.new = () => {
  send("new");
  document.querySelector("#question textarea")?.focus();
};

// What the server puts into the outbox: a text to copy, a file to keep, a line that goes by itself.
const NOTICE_MS = 8000;
function takeOut() {
  for (const each of all("#outbox [data-taken]")) {
    const boxes = [composer(), ...all("#check textarea")]; // what isn't taken is never lost
    for (const box of boxes) if (box.value.trim() === each.textContent) write("", box);
    each.remove();
  }
  for (const each of all("#outbox [data-copy]")) {
    copyText(each.textContent);
    each.remove();
  }
  for (const each of all("#outbox [data-download]")) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([each.textContent], { type: each.dataset.type }));
    link.download = each.dataset.download;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    each.remove();
  }
  for (const each of all("#outbox .notice[role=status]:not([data-seen])")) {
    each.dataset.seen = "";
    setTimeout(() => each.remove(), NOTICE_MS);
  }
}

// A new question goes to the top of the chat, and its answer grows below it: nothing moves while
// it is read. What was lit stays lit when the server draws a turn anew.
// Gradio may put the chat in after this script ran, and anew, so it is looked up each time.
let last = "";
let shownId = "";
const unfolded = new Set(); // the parts of turns that the reader unfolded
const partOf = (details) => `${details.closest("article.turn")?.dataset.turn} ${details.className}`;
hear(document, "toggle", ({ target }) => {
  const { open: opened, lastElementChild: inner } = target;
  const again = unfolded.has(partOf(target)); // it was drawn anew, and moves nothing
  opened ? unfolded.add(partOf(target)) : unfolded.delete(partOf(target));
  if (opened && !again && target.matches(".more, .export, .bad")) inner.scrollIntoView({ block: "nearest" });
}, { capture: true });

function follow() {
  const current = document.querySelector("#turn");
  if (!current || !document.querySelector("#head .head")) return;
  page.lang = document.querySelector("#head .head").dataset.language;
  if (!current.hasAttribute("aria-live")) current.setAttribute("aria-live", "polite");
  if (composer().dir !== "auto") composer().dir = "auto";
  if (linked) begin();
  takeOut();
  takeSheets();
  showReport();
  searchAgain();
  filter();
  const id = currentId();
  if (id !== shownId) unfolded.clear();
  if (id !== shownId && chosen >= 0) forget();
  address(id, shownId);
  shownId = id;
  // Both change for a new question, the turns that are past and the one at work, in either order.
  const turn = current.querySelector("article.turn");
  for (const each of all("#log :is(.why, .bad):not([open])")) each.open = unfolded.has(partOf(each));
  const now = `${turn?.dataset.turn} after ${all("#past article.turn").length} in ${id}`;
  if (now !== last && turn) requestAnimationFrame(() => turn.scrollIntoView({ block: "start" }));
  last = now;
  const wanted = wantedTurn && document.querySelector(`article[data-turn="${Number(wantedTurn)}"]`);
  if (wanted) {
    wantedTurn = null;
    requestAnimationFrame(() => requestAnimationFrame(() => wanted.scrollIntoView({ block: "start" })));
  }
  if (chosen >= 0) markButtons(group[chosen]);
  keepFocus();
}
