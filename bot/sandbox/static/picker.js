// A choice inside the phone, over the chat: a few lines to tap, and perhaps a field.
import { byId, el, say } from "./dom.js";

let finish = null;
let opener = null;

/** The value of the line that was tapped, or what was typed; null when the person went back.
    `choices`: {label, note, value}; `field`: {label, value, button} or null. */
export function pick(title, choices, field = null) {
  cancelPick();
  opener = document.activeElement;
  say(byId("picker-title"), title);
  byId("picker-lines").replaceChildren(...choices.map(choiceLine));
  byId("picker-form").hidden = !field;
  if (field) {
    say(byId("picker-label"), field.label);
    byId("picker-input").value = field.value;
    say(byId("picker-done"), field.button);
  }
  byId("picker").hidden = false;
  beneath().forEach((node) => { node.inert = true; });
  (byId("picker-lines").querySelector("button") ?? byId("picker-input")).focus();
  return new Promise((resolve) => { finish = resolve; });
}

export const isPicking = () => finish !== null;

export function cancelPick() {
  if (finish) end(null);
}

export function setUpPicker() {
  byId("picker-cancel").addEventListener("click", cancelPick);
  byId("picker").addEventListener("click", (event) => { if (event.target === byId("picker")) cancelPick(); });
  byId("picker-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = byId("picker-input").value.trim();
    if (typed) end(typed);
  });
}

const choiceLine = ({ label, note, value }) => el("li", {},
  el("button", { type: "button", "data-testid": "picker-choice", click: () => end(value) }, el("span", {}, label), note ? el("small", {}, note) : null));

const beneath = () => [...byId("screen").children].filter((node) => node.id !== "picker");

function end(value) {
  const told = finish;
  finish = null;
  byId("picker").hidden = true;
  beneath().forEach((node) => { node.inert = false; });
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  told(value);
}
