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
