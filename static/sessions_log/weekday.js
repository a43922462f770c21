// Says which weekday a typed date is, under its three boxes. Without this file the weekday stands in the hint of the
// day that is suggested, and on the page of what is booked.
for (const date of document.querySelectorAll(".nhsuk-date-input")) {
  const part = (which) => date.querySelector(`[name$="-${which}"]`)?.value.trim() ?? "";
  const says = document.createElement("p");
  says.className = "portal-weekday";
  says.setAttribute("role", "status");
  date.after(says);
  const tell = () => {
    const [day, month, year] = ["day", "month", "year"].map((which) => Number(part(which)));
    const at = new Date(year, month - 1, day);
    const real = year > 999 && at.getMonth() === month - 1 && at.getDate() === day;
    says.textContent = real ? at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" }) : "";
  };
  date.addEventListener("input", tell);
  if (!date.closest("fieldset")?.querySelector(".nhsuk-hint")) tell(); // the hint says it of the day that is suggested
}
