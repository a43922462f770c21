// The grid of gaps: a column or block pasted from a spreadsheet spreads over the boxes, the arrow keys move up and
// down, and whoever leaves with something typed and not saved is asked first. Without this file the page has a box to paste a column into, and the server does the same.
const form = document.querySelector("[data-gaps]");
const said = form?.querySelector("[data-gaps-said]");
const rows = form ? [...form.querySelectorAll("[data-name]")] : [];

const box = (row, column) => form.querySelector(`input[data-gaps-row="${row}"][data-gaps-column="${column}"]`);
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}@.]+/gu, " ").trim();

// "Khan, Asha" is "Asha Khan": the words of a name in order of the alphabet.
const words = (text) => plain(text).split(" ").sort().join(" ");

function rowsByPerson() {
  const found = new Map();
  rows.forEach((element, row) => {
    const name = words(element.dataset.name);
    found.set(name, found.has(name) ? -1 : row); // two of one name: neither is meant
    if (element.dataset.email) found.set(element.dataset.email.toLowerCase(), row);
  });
  return found;
}

function spread(lines, row, column) {
  const people = rowsByPerson();
  const who = (cells) => people.get(cells[0].trim().toLowerCase()) ?? people.get(words(cells[0]));
  const named = lines.filter((cells) => cells.length > 1 && who(cells) !== undefined).length;
  const byName = named > 0 && named * 2 >= lines.length;
  const before = [];
  let lost = 0;
  lines.forEach((cells, line) => {
    const target = byName ? who(cells) : row + line;
    const values = byName ? cells.slice(1) : cells;
    values.forEach((value, offset) => {
      if (!value.trim()) return;
      const into = target === undefined || target < 0 ? null : box(target, column + offset);
      if (!into) { lost += 1; return; }
      before.push([into, into.value]);
      into.value = value.trim();
    });
  });
  return { before, lost };
}

function tell({ before, lost }) {
  said.replaceChildren(`${before.length} ${before.length === 1 ? "box" : "boxes"} filled. Nothing is saved yet. `);
  if (lost) said.append(`${lost} pasted ${lost === 1 ? "value" : "values"} found no empty box here. `);
  const back = document.createElement("button");
  back.type = "button";
  back.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
  back.textContent = "Take it back";
  back.addEventListener("click", () => {
    before.reverse().forEach(([into, value]) => { into.value = value; });
    said.textContent = "Taken back.";
    before.at(-1)?.[0].focus();
  });
  said.append(back);
}

form?.addEventListener("paste", (event) => {
  const { gapsRow, gapsColumn } = event.target.dataset;
  const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "") ?? "";
  if (gapsColumn === undefined || !/[\n\t]/.test(text)) return; // one value: the browser's own pasting
  event.preventDefault();
  tell(spread(text.split("\n").map((line) => line.split("\t")), Number(gapsRow), Number(gapsColumn)));
});

form?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const { gapsRow, gapsColumn } = event.target.dataset;
  if (!step || gapsColumn === undefined || event.altKey) return; // Alt and arrow open the list of choices
  for (let row = Number(gapsRow) + step; row >= 0 && row < rows.length; row += step) {
    const next = box(row, gapsColumn);
    if (next) { event.preventDefault(); next.focus(); next.select(); return; }
  }
});

// What came back with a mistake, or was pasted into the boxes by the server, is not saved either.
let sends = false;
const unsaved = () => form.dataset.gaps === "unsaved"
  || [...form.querySelectorAll("input:not([type=hidden]), textarea")].some((one) => one.value !== one.defaultValue);
form?.addEventListener("submit", () => { sends = true; });
if (form) window.addEventListener("beforeunload", (event) => { if (!sends && unsaved()) event.preventDefault(); });
