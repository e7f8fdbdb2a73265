// Completion of `@` in the question: the collections and documents that it can be asked of.
const MENTION = /(?:^|\s)@("[^"\n]*|[^\s"]*)$/;
const MOST_OFFERED = 8;
const offers = document.createElement("ul");
offers.id = "mentions";
offers.setAttribute("role", "listbox");
offers.hidden = true;
document.body.append(offers);
signal.addEventListener("abort", () => offers.remove());

// What is being written after an @, left of the cursor: where it begins, and its words.
function mentionAt(box) {
  if (box.selectionStart !== box.selectionEnd) return null;
  const found = box.value.slice(0, box.selectionStart).match(MENTION);
  if (!found) return null;
  const words = found[1].replace(/^"/, "").toLocaleLowerCase();
  return { start: box.selectionStart - found[1].length - 1, words };
}

function offered(words) {
  const known = all("#library [data-mention]").map(({ dataset }) => dataset);
  const low = ({ name }) => name.toLocaleLowerCase();
  const fits = known.filter((each) => low(each).includes(words) && each.mention !== `@${words}`);
  // Those that begin so first, and collections before documents, which are "of" one.
  const rank = (each) => 2 * !low(each).startsWith(words) + (each.of !== undefined);
  return fits.sort((one, other) => rank(one) - rank(other)).slice(0, MOST_OFFERED);
}

function offer() {
  const box = composer();
  const mention = document.activeElement === box && mentionAt(box);
  const fits = mention ? offered(mention.words) : [];
  if (!fits.length) return withdraw();
  offers.replaceChildren(...fits.map(option));
  offers.setAttribute("aria-label", document.querySelector("#library section").dataset.mentions);
  const { left, top, width } = box.getBoundingClientRect();
  Object.assign(offers.style, { left: `${left}px`, width: `${width}px`, bottom: `${window.innerHeight - top + 4}px` });
  offers.hidden = false;
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", offers.id);
  activate(0);
}

function option({ name, mention, of, told }, at) {
  const item = document.createElement("li");
  const where = document.createElement("span");
  item.id = `mention-${at}`;
  item.dataset.mention = mention;
  item.setAttribute("role", "option");
  item.dir = "auto";
  where.className = "where";
  where.textContent = of ?? told ?? "";
  item.append(of === undefined ? mention : name, where);
  return item;
}

function activate(at) {
  const items = [...offers.children];
  const active = items[(at + items.length) % items.length];
  for (const each of items) each.setAttribute("aria-selected", String(each === active));
  composer().setAttribute("aria-activedescendant", active.id);
  active.scrollIntoView({ block: "nearest" });
}

function withdraw() {
  offers.hidden = true;
  for (const name of ["aria-activedescendant", "aria-controls", "aria-autocomplete"]) composer()?.removeAttribute(name);
}

function take(item) {
  const box = composer();
  box.setRangeText(`${item.dataset.mention} `, mentionAt(box).start, box.selectionStart, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  withdraw();
}

hear(document, "input", (event) => event.target === composer() && offer());
hear(document, "focusout", withdraw);
hear(offers, "mousedown", (event) => {
  event.preventDefault(); // the question keeps the focus
  const item = event.target.closest("li");
  if (item) take(item);
});
// Before anything else hears of the key: Enter would ask the question.
hear(document, "keydown", (event) => {
  if (offers.hidden || event.target !== composer() || event.isComposing) return;
  const at = [...offers.children].findIndex((each) => each.getAttribute("aria-selected") === "true");
  const keys = {
    ArrowDown: () => activate(at + 1),
    ArrowUp: () => activate(at - 1),
    Enter: () => take(offers.children[at]),
    Tab: () => take(offers.children[at]),
    Escape: withdraw,
  };
  if (!keys[event.key] || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}, { capture: true });
