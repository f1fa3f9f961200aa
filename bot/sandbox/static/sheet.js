// On a phone the console is a sheet; on a wide screen these buttons are not shown and nothing here happens.
import { byId } from "./dom.js";

export const isNarrow = () => matchMedia("(max-width: 759px)").matches;

export function openSheet() {
  document.body.classList.add("sheet-open");
  byId("scrim").hidden = false;
  byId("screen").inert = true;
  byId("open-console").setAttribute("aria-expanded", "true");
  byId("close-console").focus();
}

export function closeSheet() {
  if (!document.body.classList.contains("sheet-open")) return;
  document.body.classList.remove("sheet-open");
  byId("scrim").hidden = true;
  byId("screen").inert = false;
  byId("open-console").setAttribute("aria-expanded", "false");
  byId("open-console").focus();
}

export function setUpSheet() {
  byId("open-console").addEventListener("click", openSheet);
  byId("close-console").addEventListener("click", closeSheet);
  byId("scrim").addEventListener("click", closeSheet);
  addEventListener("resize", () => isNarrow() || closeSheet());
}
