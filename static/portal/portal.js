// Wakes the components of nhsuk-frontend, and again in every fragment that htmx brings.
import { initAll } from "../nhsuk/nhsuk-frontend.min.js";

initAll();
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  if (target instanceof Element && target.isConnected) initAll({ scope: target });
});
