// What opens over the page: the settings, and the text to check. Last, the page begins.
actions.dialog = (button, { dialog }) => {
  const box = document.querySelector(`dialog#${dialog}`);
  const theme = window.footnotedTheme();
  for (const each of all("[name=theme]", box)) each.checked = each.value === theme;
  box.showModal();
};
actions.close = (button) => button.closest("dialog").close();
actions.check = (button) => {
  const box = button.closest("dialog");
  const area = box.querySelector("textarea");
  if (!area.value.trim()) return area.focus();
  send("check", { text: area.value });
  box.close();
};
hear(document, "change", (event) => {
  const { name, value } = event.target;
  if (name === "theme") {
    localStorage.setItem("footnoted-theme", value);
    window.footnotedTheme();
  } else if (name === "language" || name === "strictness") {
    document.cookie = `footnoted_${name}=${value}; path=/; max-age=31536000; samesite=strict`;
    if (name === "language") location.reload();
  }
});

const watched = { childList: true, subtree: true, attributeFilter: ["aria-label", "data-current"] };
const observer = new MutationObserver(follow);
observer.observe(document.body, watched);
signal.addEventListener("abort", () => observer.disconnect());
window.footnotedTheme();
page.dataset.side = "closed";
follow();
