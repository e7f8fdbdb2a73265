"use strict";
// Shows the cases that fit all three filters. "/" goes to the text filter, Escape clears it.
(() => {
  const form = document.querySelector(".filters");
  const cases = [...document.querySelectorAll(".case")];
  const texts = cases.map((one) => one.textContent.toLowerCase());
  const count = form.querySelector("output");

  const show = () => {
    const { kind, state, text } = form.elements;
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    cases.forEach((one, number) => {
      const fits =
        (!kind.value || one.dataset.kind === kind.value) &&
        (!state.value || one.dataset.state.split(" ").includes(state.value)) &&
        words.every((word) => texts[number].includes(word));
      one.hidden = !fits;
      shown += fits;
    });
    count.value = `${shown} shown`;
  };

  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const field = form.elements.text;
    if (event.key === "/" && !event.target.matches("input, select")) {
      event.preventDefault();
      field.focus();
    } else if (event.key === "Escape" && event.target === field) {
      field.value = "";
      show();
    }
  });
  show(); // a browser may have kept what was chosen before
})();
