// The left column: conversations and the library, and files that are dropped on the page.
function showSide(open) {
  page.dataset.side = open ? "open" : "closed";
  document.querySelector(".menu")?.setAttribute("aria-expanded", String(open));
  for (const each of all("#talk, #source")) each.inert = open && slim.matches;
  if (open) document.querySelector("#top button")?.focus();
  // Who writes a question while the page becomes narrow goes on writing.
  else if (slim.matches && document.activeElement?.matches("body, #side *")) document.querySelector(".menu")?.focus();
}
actions.menu = () => showSide(page.dataset.side !== "open");
hear(slim, "change", () => showSide(false));
hear(document, "click", ({ target }) => {
  const beside = target.closest?.("#room, #head") && !target.closest("#side, .menu");
  if (beside && slim.matches && page.dataset.side === "open") showSide(false);
});

let typing = 0;
const sought = () => document.querySelector("[data-on=search]")?.value ?? "";
function search() {
  clearTimeout(typing);
  typing = setTimeout(() => send("search", { query: sought() }), 200);
}
// What is searched or filtered for holds until it is cleared, whatever else draws the list anew.
function searchAgain() {
  if (sought().trim() && document.querySelector("#conversations section:not([data-searched])")) search();
}

function filter() {
  const words = document.querySelector("[data-on=filter]")?.value.toLocaleLowerCase() ?? "";
  for (const each of all("#library .collection li")) {
    each.hidden = !each.textContent.toLocaleLowerCase().includes(words);
  }
  for (const each of all("#library .collection")) each.hidden = !each.querySelector("li:not([hidden])");
}

hear(document, "input", ({ target }) => {
  if (target.dataset?.on === "search") search();
  if (target.dataset?.on === "filter") filter();
});

// What can't be undone asks once more: the button itself, for some seconds.
const SURE_MS = 4000;
actions.sure = (button, { question, then, ...data }) => {
  if (button.dataset.armed !== undefined) {
    if (article()?.dataset.document === data.document) show(false);
    return send(then, data);
  }
  const words = button.textContent;
  button.dataset.armed = "";
  button.textContent = question;
  setTimeout(() => {
    delete button.dataset.armed;
    button.textContent = words;
  }, SURE_MS);
};

actions.rename = (button, { conversation, title }) =>
  writeIn(button, title, (written) => send("rename", { conversation, title: written }));
actions.retitle = (button, { document: id, title }) =>
  writeIn(button, title, (name) => send("retitle", { document: id, name, ...asOpen(id) }));
const collections = () => all("#library h3[data-collection]").map(({ dataset }) => dataset.collection);
actions.gather = (button, { document: id, title, hint }) =>
  writeIn(button, title, (collection) => send("gather", { document: id, collection }), {
    empty: true,
    offered: collections(),
    hint,
  });

// A field in the place of a name: Enter keeps what was written, Escape doesn't. The browser itself
// completes it by what is offered.
function writeIn(button, title, keep, { empty = false, offered = [], hint = "" } = {}) {
  const item = button.closest("li");
  const name = item.querySelector(".name");
  const field = document.createElement("input");
  field.value = title;
  field.placeholder = hint;
  field.maxLength = 120;
  field.dir = "auto";
  field.setAttribute("aria-label", button.textContent);
  const known = document.createElement("datalist");
  known.id = "offered";
  known.append(...offered.map((each) => new Option(each)));
  if (offered.length) field.setAttribute("list", known.id);
  let ended = false; // the field loses the focus as it goes, which ends it too
  const done = (kept) => {
    if (ended) return;
    ended = true;
    known.remove();
    field.replaceWith(name);
    name.focus();
    if (kept && (empty || field.value.trim()) && field.value !== title) keep(field.value);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // the same key would press the name, which has the focus then
      done(true);
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      done(false);
    }
  });
  field.addEventListener("blur", () => done(true));
  item.querySelector("details").open = false;
  name.replaceWith(field);
  item.append(known);
  field.select();
}

// Files: chosen or dropped, sent one by one, then indexed by the server in one go.
const LARGEST = 100e6; // bytes; the server takes no more
const MOST_FILES = 2001; // one more than the server takes, so that it says so
let sending = 0; // drops whose files are on their way
async function add(files) {
  if (!files.length) return tell(document.querySelector("#files").dataset.nothing);
  const arrived = [];
  sending += 1;
  const words = document.querySelector("#files").dataset.sending;
  for (const [at, { name, file }] of files.slice(0, MOST_FILES).entries()) {
    const size = file?.size ?? 0;
    tell(fill(words, at + 1, files.length).replace("@", () => name));
    try {
      arrived.push({ name, size, path: size <= LARGEST ? (await upload(file)).path : "" });
    } catch {
      arrived.push({ name, size, path: "" }); // the server says what became of it
    }
  }
  sending -= 1;
  all("#outbox .mine").forEach((each) => each.remove());
  if (arrived.length) send("take", { files: arrived });
  if (slim.matches) showSide(true);
}

// Who leaves while files are on their way is asked by the browser whether to.
hear(window, "beforeunload", (event) => sending && event.preventDefault());

// A file goes by its name within the folder that it came in.
const named = (file) => ({ name: file.webkitRelativePath || file.name, file });
const isHidden = ({ name }) => name.split("/").some((part) => part.startsWith("."));

actions.pick = (button, { input }) => document.querySelector(`#${input}`).click();
hear(document, "change", (event) => {
  if (!["files", "folder"].includes(event.target.id)) return;
  const files = [...event.target.files].map(named);
  const chosenOne = event.target.id === "files";
  event.target.value = "";
  add(files.filter((each) => chosenOne || !isHidden(each)));
});

// Every file of a folder that was dropped, hidden ones aside; what can't be read has none.
async function within(entry) {
  const name = entry.fullPath.replace(/^\//, "");
  return entry.name.startsWith(".") ? [] : filesOf(entry, name).catch(() => [{ name, file: null }]);
}

async function filesOf(entry, name) {
  if (entry.isFile) return [{ name, file: await new Promise((yes, no) => entry.file(yes, no)) }];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((yes, no) => reader.readEntries(yes, no));
    if (!some.length) return found;
    for (const each of some) found.push(...(await within(each)));
    if (found.length >= MOST_FILES) return found;
  }
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const dropping = (shown) => {
  const sign = document.querySelector("#drop");
  if (sign) sign.hidden = !shown;
};
hear(document, "dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropping(true);
});
hear(document, "dragleave", (event) => {
  if (!event.relatedTarget) dropping(false);
});
hear(document, "drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropping(false);
  const entries = [...event.dataTransfer.items].map((each) => each.webkitGetAsEntry?.());
  const loose = [...event.dataTransfer.files].map(named);
  const known = entries.filter(Boolean);
  const files = known.length ? (await Promise.all(known.map(within))).flat() : loose;
  add(files);
});

// Where files were added, what becomes of them comes into sight, and stays where the reader puts it.
let reported = false;
function showReport() {
  const report = document.querySelector("#library .report");
  if (report && !reported) report.scrollIntoView({ block: "nearest" });
  reported = Boolean(report);
}

// What the shell indexed appears by itself, while the page is looked at.
const LOOK_MS = 3000;
const looking = setInterval(() => {
  if (document.hidden) return;
  knock();
  if (!document.querySelector("#head .head")) return send("begin"); // what it began with was lost
  const library = document.querySelector("#library [data-known]");
  const busy = document.querySelector("#library .report, #side details[open], #side li input, dialog[open]");
  if (library && !busy && !lost) send("look", { known: library.dataset.known });
}, LOOK_MS);
signal.addEventListener("abort", () => clearInterval(looking));

// A server that is gone is said to be gone; one that was started anew knows this page no more, so
// it is loaded again, at the same conversation and with what was being typed.
let answering = null; // which run of the server answers
let lost = null;
const draft = "footnoted-draft";
hear(window, "pagehide", () => {
  sessionStorage.setItem(draft, document.querySelector("#question textarea")?.value ?? "");
});
async function knock() {
  try {
    const reply = await fetch("gradio_api/app_id");
    const id = JSON.stringify(await reply.json());
    if (answering ? answering !== id : lost) location.reload();
    answering = id;
    lost?.remove();
    lost = null;
  } catch {
    if (lost) return;
    lost = notice(document.querySelector("#files").dataset.lost, "alert");
  }
}
knock();
