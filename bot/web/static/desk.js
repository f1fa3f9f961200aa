// What plain pages cannot do: answer a tap at once, send a form once only, and let a preview be as long as it is.
// Every page works without it.
"use strict";

const forget = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory is ready to be used again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(forget);
});

const preview = document.querySelector("[data-testid=preview]");
const narrow = window.matchMedia("(max-width: 760px)");

const stretch = () => {
  const page = preview.contentDocument?.documentElement;
  const whole = narrow.matches && Boolean(page);
  preview.parentElement.classList.toggle("whole", whole);
  preview.style.height = whole ? "0" : ""; // the page fills at least its frame: only in none does it show its own length
  if (whole) preview.style.height = `${page.scrollHeight}px`;
};

if (preview) {
  preview.addEventListener("load", stretch);
  narrow.addEventListener("change", stretch);
  if (preview.contentDocument?.readyState === "complete") stretch();
}
