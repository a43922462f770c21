// The end of a cohort follows its start while nobody has chosen an end. Without this file the server does the same
// when the form is sent.
const form = document.querySelector("[data-weeks]");
const part = (name, which) => form.querySelector(`[name="${name}-${which}"]`);
const read = (name) => {
  const [day, month, year] = ["day", "month", "year"].map((which) => Number(part(name, which).value));
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 999 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
};
const endOf = (start) => new Date(start.getTime() + Number(form.dataset.weeks) * 7 * 86400000);

if (form) {
  let start = read("start_date");
  let follows = start && read("end_date")?.getTime() === endOf(start).getTime();
  form.addEventListener("input", ({ target }) => {
    if (target.name.startsWith("end_date-")) follows = false;
    start = target.name.startsWith("start_date-") && follows ? read("start_date") : null;
    if (!start) return;
    const end = endOf(start);
    part("end_date", "day").value = end.getUTCDate();
    part("end_date", "month").value = end.getUTCMonth() + 1;
    part("end_date", "year").value = end.getUTCFullYear();
  });
}
