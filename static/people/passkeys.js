// Shows what needs a passkey only where this browser can use one here, and says in words what went wrong.
const isAddress = /^[\d.]+$|^\[/.test(location.hostname); // passkeys belong to a name, never to a bare address
const works = window.isSecureContext && "PublicKeyCredential" in window && !isAddress;
for (const part of document.querySelectorAll("[data-passkey-works]")) part.hidden = !works;
for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = works;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const told = document.querySelector("[data-passkey-error]");
  if (told) {
    told.hidden = false;
    told.focus();
  }
});
