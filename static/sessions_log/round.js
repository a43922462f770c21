// Counts the minutes of a turn down. Without script the card says until when they last.
for (const time of document.querySelectorAll("[data-timer]")) {
  const clock = time.querySelector(".portal-turn__clock");
  const plain = time.querySelector(".portal-turn__plain");
  // A card that is loaded again goes on where it was.
  const key = `turn:${location.pathname}${location.search}`;
  const begun = Number(sessionStorage.getItem(key)) || Date.now();
  sessionStorage.setItem(key, String(begun));
  const end = begun + Number(time.dataset.timer) * 1000;
  clock.hidden = false;

  const show = () => {
    const left = Math.round((end - Date.now()) / 1000);
    const minutes = Math.floor(Math.abs(left) / 60);
    const seconds = String(Math.abs(left) % 60).padStart(2, "0");
    clock.textContent = left >= 0 ? `${minutes}:${seconds}` : `${minutes}:${seconds} over`;
    time.classList.toggle("portal-turn__time--over", left < 0);
  };

  plain.classList.add("nhsuk-u-visually-hidden"); // a clock that is read out every second helps nobody
  clock.setAttribute("aria-hidden", "true");
  show();
  setInterval(show, 1000);
}
