// A document's pages as pictures, with its cited sentences marked on them. The text is shown first;
// the pages take its place once the server has said how large they are and where the sentences lie.
let drawn = { id: "", sizes: [], marks: {} }; // what the server said of the pages that are shown

const VIEW = "footnoted-view";
const wantsText = () => localStorage.getItem(VIEW) === "text";
const spanOf = ({ start, end }) => `${start}-${end}`;
const onPages = (id) => article()?.dataset.view === "pages" && article().dataset.document === id;

async function showPages() {
  const shown = article();
  if (!shown || shown.dataset.pictures === undefined) return;
  const id = shown.dataset.document;
  if (wantsText()) return setView(shown, "text");
  const spans = group.filter((each) => each.id === id).map(spanOf);
  if (drawn.id !== id || !spans.every((span) => drawn.marks[span])) {
    const said = await askForPages(id, spans);
    if (!said || article() !== shown) return;
    if (said.reason) return refusePages(shown, said.reason);
    drawn = { id, sizes: said.sizes, marks: { ...(drawn.id === id && drawn.marks), ...said.marks } };
  }
  layPages(shown);
  markPages(shown);
}

async function askForPages(id, spans) {
  try {
    return await (await fetch(`pictures/${id}?spans=${spans.join(".")}`)).json();
  } catch {
    return null; // the server is gone, which is said already
  }
}

// No pictures of this document: its text stays, and says why.
function refusePages(shown, reason) {
  const note = shown.querySelector(".nopictures");
  note.textContent = reason;
  note.hidden = false;
  delete shown.dataset.pictures;
}

function layPages(shown) {
  const box = shown.querySelector(".pages");
  if (box.childElementCount) return;
  box.append(...drawn.sizes.map(([width, height], at) => leaf(box, at + 1, width / height)));
}

function leaf(box, number, ratio) {
  const figure = document.createElement("figure");
  const picture = document.createElement("img");
  const caption = document.createElement("figcaption");
  caption.textContent = picture.alt = fill(box.dataset.label, number);
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.style.aspectRatio = ratio;
  picture.addEventListener("error", () => {
    figure.className = "failed";
    figure.dataset.failed = box.dataset.failed;
  });
  picture.src = `pictures/${drawn.id}/${number}`;
  figure.append(picture, caption);
  return figure;
}

// Marks the places of the group; where the chosen one has none on the pages, the text is shown.
function markPages(shown) {
  const box = shown.querySelector(".pages");
  const target = group[chosen];
  const here = group.filter((each) => each.id === drawn.id);
  all(".spot", box).forEach((each) => each.remove());
  for (const each of here) for (const place of drawn.marks[spanOf(each)]) spot(box, place, each === target);
  const lit = box.querySelector(".spot.chosen");
  if (here.includes(target) && !lit) return setView(shown, "text");
  setView(shown, "pages");
  if (!lit) return;
  tellStep(target);
  lit.setAttribute("role", "img");
  lit.setAttribute("aria-label", element.querySelector(".step").textContent);
  lit.scrollIntoView({ block: "center" });
}

function spot(box, [page, left, top, width, height], isChosen) {
  const node = document.createElement("span");
  node.className = isChosen ? "spot chosen" : "spot";
  Object.assign(node.style, {
    left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * width}%`, height: `${100 * height}%`,
  });
  box.children[page - 1]?.append(node);
}

function setView(shown, view) {
  shown.dataset.view = view;
  const button = element.querySelector("[data-do=view]");
  button.hidden = false;
  button.textContent = view === "pages" ? button.dataset.text : button.dataset.pages;
}

actions.view = () => {
  const shown = article();
  const view = shown.dataset.view === "pages" ? "text" : "pages";
  localStorage.setItem(VIEW, view);
  if (view === "pages") return showPages();
  setView(shown, view);
  light();
  unfold();
};
