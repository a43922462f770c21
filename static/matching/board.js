// Keys for the rows of the board. They work only while a row has the focus, so that none is in the way of an
// assistive technology or of somebody who dictates; every one of them is a button or link that is there anyway.
const rows = () => [...document.querySelectorAll("[data-board] > [data-row]")];
const headOf = (row) => row?.querySelector("summary");

function step(row, by) {
  const all = rows();
  headOf(all[all.indexOf(row) + by])?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest?.("[data-board] > [data-row]");
  if (!row || event.target.matches("input, textarea, select")) return;
  const onHead = event.target === headOf(row);
  switch (event.key) {
    case "j": step(row, 1); break;
    case "k": step(row, -1); break;
    case "ArrowDown": if (!onHead) return; step(row, 1); break;
    case "ArrowUp": if (!onHead) return; step(row, -1); break;
    case "a":
    case "m": {
      const control = row.querySelector(`[data-key="${event.key}"]`);
      if (!control) return;
      control.click();
      break;
    }
    default: return;
  }
  event.preventDefault();
});

// A decision brings its row anew: the focus stays in it, on the same button or else on the row itself.
let last = null;
document.addEventListener("htmx:before:request", () => {
  const row = document.activeElement?.closest?.("[data-row]");
  last = row ? { row: row.id, control: document.activeElement.id, open: row.querySelector("details")?.open } : null;
});
document.addEventListener("htmx:after:swap", () => {
  if (!last) return;
  const row = document.getElementById(last.row);
  if (row && !row.contains(document.activeElement)) {
    if (!last.open) row.querySelector("details").open = false;
    const control = document.getElementById(last.control);
    (control && control.checkVisibility() ? control : headOf(row))?.focus();
  }
  last = null;
});
