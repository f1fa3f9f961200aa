// The account's own menu under the chat: up to three buttons, some of which open others above them.
import { byId, el } from "./dom.js";

let isMenuShown = true; // as in WeChat, an account with a menu opens on it
let look = "";

/** `on.tap(place, button)`: a button without others was tapped; `place` is [top] or [top, sub]. */
export function setUpMenuBar(on) {
  byId("to-keyboard").addEventListener("click", () => turn(false));
  byId("to-menu").addEventListener("click", () => turn(true));
  byId("menu-buttons").addEventListener("click", (event) => tapped(event, on));
  document.addEventListener("click", (event) => { if (!byId("menu-bar").contains(event.target)) closeSubMenus(); });
}

/** Shows this menu; none leaves the field alone. */
export function showMenu(menu) {
  byId("to-menu").hidden = menu.length === 0;
  const isShown = isMenuShown && menu.length > 0;
  byId("menu-bar").hidden = !isShown;
  byId("composer").hidden = isShown;
  if (isShown) byId("panel").hidden = true;
  if (look === JSON.stringify(menu)) return;
  look = JSON.stringify(menu);
  byId("menu-buttons").replaceChildren(...menu.map(topButton));
}

export function closeSubMenus() {
  // What is hidden cannot keep the focus: the button that opened the list has it again.
  document.activeElement.closest(".sub-menu")?.parentElement.querySelector("button").focus();
  for (const button of byId("menu-buttons").querySelectorAll("[aria-expanded=true]")) button.setAttribute("aria-expanded", "false");
  for (const list of byId("menu-buttons").querySelectorAll(".sub-menu")) list.hidden = true;
}

function turn(toMenu) {
  isMenuShown = toMenu;
  closeSubMenus();
  byId("menu-bar").hidden = !toMenu;
  byId("composer").hidden = toMenu;
  if (toMenu) byId("panel").hidden = true;
  (toMenu ? byId("menu-buttons").querySelector("button") : byId("message")).focus();
}

function topButton(button, index) {
  const others = button.sub_button ?? [];
  const top = el("button", { type: "button", "data-place": String(index), "data-testid": "menu-button",
    "aria-expanded": others.length ? "false" : null, "aria-haspopup": others.length ? "true" : null },
  others.length ? el("i", { class: "more", "aria-hidden": "true" }) : null, el("span", {}, button.name));
  return el("li", {}, top, others.length ? subMenu(others, index) : null);
}

const subMenu = (others, index) => el("ul", { class: "sub-menu", hidden: true },
  ...others.map((button, number) => el("li", {}, el("button", { type: "button", "data-place": `${index},${number}`, "data-testid": "sub-button" }, button.name))));

function tapped(event, on) {
  const button = event.target.closest("button");
  if (!button) return;
  const list = button.parentElement.querySelector(".sub-menu");
  if (list) {
    const opens = list.hidden;
    closeSubMenus();
    list.hidden = !opens;
    button.setAttribute("aria-expanded", String(opens));
    return;
  }
  closeSubMenus();
  const place = button.dataset.place.split(",").map(Number);
  const menu = JSON.parse(look);
  on.tap(place, place.length === 1 ? menu[place[0]] : menu[place[0]].sub_button[place[1]]);
}
