// Runs in the document's head, before anything is drawn, so that no page flashes in another theme.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  window.footnotedTheme = () => {
    const chosen = localStorage.getItem("footnoted-theme") ?? "system";
    const theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    document.documentElement.dataset.theme = theme;
    document.body?.classList.toggle("dark", theme === "dark"); // Gradio's own name for it
    return chosen;
  };
  dark.addEventListener("change", window.footnotedTheme);
  window.footnotedTheme();
})();
