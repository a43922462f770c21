// Wakes the components of nhsuk-frontend, and again in every fragment that htmx brings.
import { initAll } from "../nhsuk/nhsuk-frontend.min.js";

function wake(scope) {
  initAll({
    scope,
    // What is awake already stays so; everything else that fails is worth seeing.
    onError: (error) => { if (error.name !== "InitError") console.error(error); },
  });
}

wake(document);
// The parent, because the fragment may be a component itself.
document.addEventListener("htmx:after:process", (event) => wake(event.target.parentElement ?? document));

// Moving a slider says something: the tick "I cannot say" beside it goes.
document.addEventListener("input", (event) => {
  const slider = event.target.type === "range" && event.target.closest("[data-slider]");
  if (slider) slider.querySelector("input[type=checkbox]").checked = false;
});

// A button that prints the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A button that copies what stands in a box; without script there is none, and the box can be selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  const said = document.getElementById(`${box.id}-copied`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = "Copied. Paste it into your own record.";
    } catch {
      said.textContent = "The text is selected: copy it with the keys of your device.";
    }
  });
}
