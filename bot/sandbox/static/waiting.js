// Mass messages that wait for the account's administrator.
import { clockFace } from "./clock.js";
import { byId, el } from "./dom.js";

/** `waiting`: {msg_id, until}; `on.decide(msgId, isConfirmed)`. */
export function showWaiting(waiting, journal, on) {
  byId("waiting-box").hidden = waiting.length === 0;
  const list = byId("waiting");
  const look = JSON.stringify(waiting);
  if (list.dataset.look === look) return;
  list.dataset.look = look;
  list.replaceChildren(...waiting.map((one) => waitingLine(one, journal.find((entry) => entry.msg_id === one.msg_id), on)));
}

function waitingLine({ msg_id: msgId, until }, entry, on) {
  const title = entry?.titles[0] ?? entry?.text ?? "一条消息";
  return el("li", { "data-testid": "waiting" },
    el("p", { class: "draft-title" }, title), el("p", { class: "draft-foot" }, `${clockFace(Date.parse(until)).minute} 前不确认，就不发了`),
    el("div", { class: "actions" },
      el("button", { type: "button", "data-testid": "confirm-send", click: () => on.decide(msgId, true) }, "同意群发"),
      el("button", { type: "button", "data-testid": "refuse-send", click: () => on.decide(msgId, false) }, "不同意")));
}
