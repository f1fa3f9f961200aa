// What plain pages cannot do: answer a tap at once, send a form once only, say early what is too long, keep what
// is being written, and let a preview be as long as it is, on a phone and on paper. Every page works without it.
"use strict";

const forget = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};

// A field says how much fits into it; what is too long is said before it is sent, and never cut off.
const measure = (field) => {
  const most = Number(field.dataset.most);
  const count = [...field.value.trim()].length;
  field.setCustomValidity(count > most ? `写了 ${count} 个字，请不要超过 ${most} 个字。` : "");
  return count <= most;
};

document.addEventListener("input", (event) => event.target.dataset?.most && measure(event.target));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const tooLong = [...form.querySelectorAll("[data-most]")].find((field) => !measure(field));
  if (tooLong) {
    event.preventDefault();
    return tooLong.reportValidity();
  }
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// What somebody writes stays in this window until it is heard: over a refusal, another form, a log-in that ended, a way back.
const person = document.querySelector("[data-testid=person]")?.textContent;
const fields = person ? [...document.querySelectorAll("main textarea[name], main input[type=url]")] : [];
const key = (field) => `${person} ${location.pathname} ${field.name}`;
const keep = (field) => sessionStorage.setItem(key(field), field.value);
const sent = JSON.parse(sessionStorage.getItem("sent") ?? "[]");

sessionStorage.removeItem("sent");
if (document.querySelector(".notice-done")) sent.forEach((name) => sessionStorage.removeItem(name));
for (const field of fields) {
  field.value ||= sessionStorage.getItem(key(field)) ?? "";
  field.addEventListener("input", () => keep(field));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.getAttribute("action")?.endsWith("/logout")) return sessionStorage.clear();
  fields.filter((field) => field.value).forEach(keep);
  sessionStorage.setItem("sent", JSON.stringify(fields.filter((field) => field.form === form).map(key)));
});

// A page that comes back from the browser's memory is ready to be used again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(forget);
});

const preview = document.querySelector("[data-testid=preview]");
const narrow = window.matchMedia("(max-width: 760px)");

const PAPER_PX = 680; // A4 within the margins of the style sheet

const stretch = ({ onPaper = false } = {}) => {
  const page = preview.contentDocument?.documentElement;
  const whole = (narrow.matches || onPaper) && Boolean(page);
  preview.parentElement.classList.toggle("whole", whole);
  preview.style.width = whole && onPaper ? `${PAPER_PX}px` : "";
  preview.style.height = whole ? "0" : ""; // the page fills at least its frame: only in none does it show its own length
  if (whole) preview.style.height = `${page.scrollHeight}px`;
};

if (preview) {
  preview.addEventListener("load", () => stretch());
  narrow.addEventListener("change", () => stretch());
  window.addEventListener("beforeprint", () => stretch({ onPaper: true }));
  window.addEventListener("afterprint", () => stretch());
  if (preview.contentDocument?.readyState === "complete") stretch();
}
