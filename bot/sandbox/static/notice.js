// One sentence at a time, above everything, gone by itself.
import { byId, say } from "./dom.js";

const SHOWN_MS = { error: 8000, note: 5000 };
let timer = 0;

export function notice(sentence, { isError = true } = {}) {
  const line = byId("notice");
  line.setAttribute("role", isError ? "alert" : "status");
  line.classList.toggle("error", isError);
  line.hidden = false;
  say(line, sentence);
  clearTimeout(timer);
  timer = setTimeout(() => { line.hidden = true; }, isError ? SHOWN_MS.error : SHOWN_MS.note);
}
