// The draft box of the account's own site, where a person presses 发表.
import { boxNow, chatTime } from "./clock.js";
import { byId, el } from "./dom.js";

/** `on.publish(draft, isTold)`: 发表 was pressed; `isTold` when followers are notified. */
export function showDrafts(drafts, { account, quota }, on) {
  const isTold = quota.mass_today < quota.mass_today_limit && (!quota.mass_month_limit || quota.mass_month < quota.mass_month_limit);
  byId("draft-box").hidden = drafts.length === 0;
  const list = byId("drafts");
  const look = JSON.stringify([drafts, isTold, account.kind]);
  if (list.dataset.look === look) return;
  list.dataset.look = look;
  list.replaceChildren(...drafts.map((draft) => draftLine(draft, isTold, on)));
}

function draftLine(draft, isTold, on) {
  const [first, ...others] = draft.titles;
  const button = el("button", { type: "button", "data-testid": "publish-draft", "aria-label": `发表《${first}》`, click: () => on.publish(draft, isTold) },
    isTold ? "发表" : "发表，不通知");
  return el("li", { "data-testid": "draft" },
    el("p", { class: "draft-title" }, first, others.length ? el("small", {}, ` 等 ${draft.titles.length} 篇`) : null),
    el("p", { class: "draft-foot" }, el("time", { datetime: draft.update_time }, `${chatTime(Date.parse(draft.update_time), boxNow())} 存入`), button));
}
