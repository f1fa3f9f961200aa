// The console: what the account is, what goes wrong next, and what went out.
import { boxNow, chatTime, clockFace } from "./clock.js";
import { byId, el, initial, say } from "./dom.js";
import { KINDS, PATHS, RESULTS, SENT_AS, SENT_STATE, endName, kindName, pathName } from "./labels.js";

/** `on`: account(change), switches(change), fault(path, kind), result(kind, outcome), clearFaults(), forward(). */
export function setUpConsole(on) {
  const results = Object.fromEntries(Object.entries(RESULTS).map(([kind, { name }]) => [kind, name]));
  byId("fault-path").append(...options(PATHS), ...options(results));
  byId("fault-path").addEventListener("change", showKinds);
  byId("fault-add").addEventListener("click", () => {
    const [where, what] = [byId("fault-path").value, byId("fault-kind").value];
    return RESULTS[where] ? on.result(where, what) : on.fault(where, what);
  });
  showKinds();
  byId("fault-clear").addEventListener("click", on.clearFaults);
  byId("verified").addEventListener("change", (event) => on.account({ verified: event.target.checked }));
  byId("protection").addEventListener("change", (event) => on.switches({ group_send_protection: event.target.checked }));
  kinds().forEach((radio) => radio.addEventListener("change", () => on.account({ kind: radio.value })));
  byId("forward").addEventListener("click", on.forward);
}

/** What can happen at the chosen step. */
function showKinds() {
  byId("fault-kind").replaceChildren(...options(RESULTS[byId("fault-path").value]?.ends ?? KINDS));
}

export function showAccount({ account, quota, faults, outcomes, can_forward: canForward }) {
  kinds().forEach((radio) => { radio.checked = radio.value === account.kind; });
  byId("verified").checked = account.verified;
  byId("protection").checked = account.group_send_protection;
  showQuota(account, quota);
  showFaults(faults, outcomes);
  const forward = byId("forward");
  if (forward.getAttribute("aria-busy") !== "true") forward.disabled = !canForward;
  if (!canForward) say(byId("forward-said"), "这个盒子没有接上机器人的排期，不能快进。");
}

export function showFollowers(followers, current, unreadOf, hold) {
  const box = byId("followers");
  const look = JSON.stringify([followers, current, followers.map((fan) => unreadOf(fan.openid))]);
  if (box.dataset.look === look) return;
  const focused = [...box.children].indexOf(document.activeElement);
  box.replaceChildren(...followers.map((fan, index) => followerButton(fan, index, fan.openid === current, unreadOf(fan.openid), hold)));
  box.dataset.look = look;
  if (focused >= 0) box.children[focused]?.focus();
}

function followerButton(fan, index, isHeld, unread, hold) {
  return el("button", { type: "button", class: "follower", "aria-pressed": String(isHeld), "data-testid": `follower-${index}`,
    "data-openid": fan.openid, click: () => hold(fan.openid) },
  el("span", { class: `avatar small holder-${index % 2}`, "aria-hidden": "true" }, initial(fan.name)),
  el("span", { class: "follower-name" }, fan.name, el("small", {}, fan.subscribed ? "✓ 已关注" : "○ 未关注")),
  unread ? unreadMark(unread, `unread-${index}`) : null);
}

const unreadMark = (count, testId) =>
  el("span", { class: "unread", "data-testid": testId, "aria-label": `${count} 条未读` }, String(Math.min(count, 99)));

function showQuota({ kind, verified }, quota) {
  say(byId("quota-today"), verified ? used(quota.mass_today, quota.mass_today_limit) : "未认证，不能群发");
  byId("quota-month-row").hidden = kind !== "service" || !verified;
  say(byId("quota-month"), used(quota.mass_month, quota.mass_month_limit));
}

function used(count, limit) {
  return limit ? `用了 ${count} 次，共 ${limit} 次` : `用了 ${count} 次`;
}

function showFaults(faults, outcomes) {
  const list = byId("faults");
  byId("fault-clear").hidden = faults.length + outcomes.length === 0;
  const lines = [
    ...faults.map((fault) => `▲ ${pathName(fault.path)}：${kindName(fault.kind)}${fault.times > 1 ? `，还有 ${fault.times} 次` : ""}`),
    ...outcomes.map(({ kind, outcome }) => `▲ ${RESULTS[kind].name}：${endName(kind, outcome)}`),
  ];
  if (list.dataset.look === lines.join("\n")) return;
  list.dataset.look = lines.join("\n");
  list.replaceChildren(...lines.map((line) => el("li", { "data-testid": "fault" }, line)));
}

/** `waiting`: {msg_id} of what the administrator has still to decide. */
export function showJournal(entries, waiting, followers, openLink) {
  const list = byId("journal");
  const today = clockFace(boxNow()).day; // 昨天 is no longer 昨天 after midnight
  const look = JSON.stringify([entries.map((entry) => [entry.seq, entry.state]), waiting, today]);
  byId("journal-empty").hidden = entries.length > 0;
  list.hidden = entries.length === 0;
  if (list.dataset.look === look) return;
  list.dataset.look = look;
  list.replaceChildren(...[...entries].reverse().map((entry) =>
    journalLine({ ...entry, isWaiting: waiting.some((one) => one.msg_id === entry.msg_id) }, followers, openLink)));
}

function journalLine(entry, followers, openLink) {
  const state = SENT_STATE[entry.isWaiting ? "waiting" : entry.state] ?? { word: entry.state, look: "going" };
  return el("li", { "data-testid": "journal-entry", "data-kind": entry.kind, "data-state": entry.state },
    el("p", { class: "journal-head" },
      el("time", { datetime: entry.at }, chatTime(Date.parse(entry.at), boxNow())), el("span", {}, SENT_AS[entry.kind] ?? entry.kind),
      el("span", { class: `sent ${state.look}` }, state.word)),
    ...entry.titles.map((title, index) => el("p", { class: "journal-title" }, titleLink(title, entry.urls[index], openLink))),
    entry.outcome ? el("p", { class: "journal-why" }, endName(entry.kind, entry.outcome)) : null,
    el("p", { class: "journal-to" }, recipients(entry, followers)));
}

function titleLink(title, url, openLink) {
  return url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", click: (event) => openLink(event, url) }, title) : title;
}

function recipients(entry, followers) {
  if (entry.isWaiting) return "管理员同意了才送";
  if (entry.state === "in progress") return "正在送";
  if (entry.state === "failed") return "没有人收到";
  if (entry.kind === "publish") return "只有链接，不通知关注者";
  const names = entry.recipients.map((openid) => followers.find((fan) => fan.openid === openid)?.name ?? openid);
  return names.length ? `到了 ${names.join("、")} 的手机` : "没有人收到";
}

const kinds = () => [...document.querySelectorAll("input[name=kind]")];
const options = (names) => Object.entries(names).map(([value, name]) => el("option", { value }, name));
