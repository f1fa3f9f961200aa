// The phone: asks the box what is new, shows it, and carries taps back.
import { get, post, postLong, remove } from "./api.js";
import { closeArticle, nameArticleView, openAddress, openLink, setCallback, setUpArticleView } from "./article_view.js";
import { Chat } from "./chat.js";
import { boxNow, clockFace, setBoxClock } from "./clock.js";
import { setUpConsole, showAccount, showFollowers, showJournal } from "./console.js";
import { choosePlace, closePanel, setUpComposer } from "./composer.js";
import { byId, initial, say } from "./dom.js";
import { showDrafts } from "./draft_box.js";
import { closeSubMenus, setUpMenuBar, showMenu } from "./menu_bar.js";
import { notice } from "./notice.js";
import { cancelPick, isPicking, pick, setUpPicker } from "./picker.js";
import { closeSheet, isNarrow, setUpSheet } from "./sheet.js";
import { showWaiting } from "./waiting.js";

const POLL_MS = 1000;
const POLL_WHILE_DELIVERING_MS = 250;
const AT_BOTTOM_PX = 48;

let state = null;
let held = null; // openid of the follower whose phone this is
let journal = [];
let drafts = [];
let waiting = [];
const chats = new Map();
const list = byId("chat");
let isAtBottom = true;
let lastTop = 0;
let wake = () => {};

const account = () => state.account;
const fanPath = (rest) => `/box/followers/${encodeURIComponent(held)}/${rest}`;
const unreadOf = (openid) => chats.get(openid)?.unread() ?? 0;
const isReading = (openid) => openid === held && !document.hidden;

// ---- what the box says ----

async function refresh() {
  const [newState, sent, kept] = await Promise.all([get("/box/state"), get("/box/journal"), get("/box/drafts")]);
  state = newState;
  journal = sent.entries;
  drafts = kept.drafts;
  const mayWait = journal.some((entry) => entry.kind === "mass" && entry.state === "in progress");
  waiting = mayWait ? (await get("/box/waiting")).waiting : [];
  setBoxClock(state.now);
  setCallback(state.callback_url);
  takeFollowers();
  await Promise.all([...chats.values()].map(refreshChat));
  show();
}

function takeFollowers() {
  for (const fan of state.followers) {
    if (!chats.has(fan.openid)) chats.set(fan.openid, new Chat(fan, account, { menu: (text, id) => sendText(text, id), link: openLink }));
  }
  for (const openid of chats.keys()) if (!state.followers.some((fan) => fan.openid === openid)) chats.delete(openid);
  if (!chats.has(held)) held = state.followers[0]?.openid ?? null;
}

async function refreshChat(chat) {
  const after = chat.after;
  let answer = await get(`/box/followers/${encodeURIComponent(chat.fan.openid)}/chat?after=${after}`);
  if (answer.seq < after) { // The box was started afresh: what it holds now has low numbers again.
    chat.forget();
    answer = await get(`/box/followers/${encodeURIComponent(chat.fan.openid)}/chat?after=0`);
  }
  const fresh = chat.take(answer);
  if (!isReading(chat.fan.openid)) return;
  if (!isAtBottom && fresh.some((item) => item.from === "account")) byId("to-bottom").hidden = false;
}

async function keepUp() {
  for (;;) {
    if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
    const isReached = await refresh().then(() => true, () => false);
    byId("offline").hidden = isReached;
    const isDelivering = [...chats.values()].some((chat) => chat.isDelivering());
    await new Promise((next) => {
      wake = next;
      setTimeout(next, isDelivering ? POLL_WHILE_DELIVERING_MS : POLL_MS);
    });
  }
}

// ---- what is seen ----

function show() {
  say(byId("account-name"), chats.get(held)?.isTyping ? "对方正在输入…" : account().name);
  nameArticleView(account().name);
  document.title = `${account().name} · 演练`;
  showAccount(state);
  if (held) showHeldPhone();
  showFollowers(state.followers, held, unreadOf, hold);
  showDrafts(drafts, state, { publish });
  showWaiting(waiting, journal, { decide });
  showJournal(journal, waiting, state.followers, openInPhone);
  showClock();
}

function showHeldPhone() {
  const index = state.followers.findIndex((fan) => fan.openid === held);
  const fan = state.followers[index];
  const chat = chats.get(held);
  list.classList.toggle("second", index % 2 === 1);
  byId("holder-avatar").className = `avatar small holder-${index % 2}`;
  say(byId("holder-avatar"), initial(fan.name));
  say(byId("holder-name"), fan.name);
  showOthersUnread();
  byId("foot").hidden = !fan.subscribed;
  showMenu(fan.subscribed ? chat.menu : []);
  byId("not-following").hidden = fan.subscribed;
  document.querySelectorAll("[data-action=subscribe]").forEach((button) => { button.disabled = fan.subscribed; });
  document.querySelectorAll("[data-action=unsubscribe]").forEach((button) => { button.disabled = !fan.subscribed; });
  chat.show(list);
  if (!document.hidden) chat.read();
  if (isAtBottom) toBottom();
}

function showOthersUnread() {
  const count = state.followers.reduce((sum, fan) => sum + (fan.openid === held ? 0 : unreadOf(fan.openid)), 0);
  const mark = byId("holder-unread");
  mark.hidden = count === 0;
  say(mark, count ? String(Math.min(count, 99)) : "");
  byId("switch-follower").setAttribute("aria-label",
    `这是${byId("holder-name").textContent}的手机，换一部${count ? `，另一部有 ${count} 条未读` : ""}`);
}

function showClock() {
  if (!state) return;
  const face = clockFace(boxNow());
  say(byId("clock-day"), face.day);
  say(byId("clock-time"), face.second);
  say(byId("phone-time"), face.minute);
}

function toBottom() {
  isAtBottom = true;
  list.scrollTop = list.scrollHeight;
  byId("to-bottom").hidden = true;
}

// ---- what is tapped ----

/** Does one thing at the box and looks at once at what came of it; a failure becomes a sentence. */
async function act(deed) {
  try {
    return await deed();
  } catch (error) {
    notice(error.message);
    return null;
  } finally {
    wake();
  }
}

function hold(openid) {
  if (openid === held) return;
  held = openid;
  closeArticle();
  cancelPick();
  closePanel();
  list.replaceChildren();
  isAtBottom = true;
  show();
}

const holdNext = () => {
  const index = state.followers.findIndex((fan) => fan.openid === held);
  hold(state.followers[(index + 1) % state.followers.length].openid);
};

function sendText(text, menuId) {
  toBottom();
  return act(() => post(fanPath("say"), menuId === undefined ? { text } : { text, menu_id: menuId }));
}

function sendThing(type, fields = {}) {
  toBottom();
  return act(() => post(fanPath("send"), { type, ...fields }));
}

async function tapButton(place, button) {
  const wanted = await wantedBy(button);
  if (wanted === null) return;
  toBottom();
  const tapped = await act(() => post(fanPath("tap"), { button: place, ...wanted }));
  if (tapped?.note) notice(tapped.note, { isError: false });
  if (tapped?.opens) openAddress(tapped.opens);
}

/** What the person chooses on the way to what a button does; null when they went back. */
async function wantedBy(button) {
  if (button.type === "location_select") return choosePlace();
  if (!button.type.startsWith("scancode_")) return {};
  const scanned = await pick("扫一扫", [], { label: "扫到的内容", value: `${location.origin}/`, button: "扫完了" });
  return scanned && { scanned };
}

const decide = (msgId, isConfirmed) => act(() => post(`/box/waiting/${msgId}`, { is_confirmed: isConfirmed }));

async function publish(draft, isTold) {
  const done = await act(() => post(`/box/drafts/${encodeURIComponent(draft.media_id)}/publish`, { is_told: isTold }));
  if (done) notice(isTold ? `《${draft.titles[0]}》正在发到关注者的手机上` : `《${draft.titles[0]}》正在发布，不通知关注者`, { isError: false });
}

async function forward() {
  const button = byId("forward");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  byId("forward-progress").hidden = false;
  byId("forward-said").className = "said";
  say(byId("forward-said"), "正在快进，机器人在跑一轮…");
  const outcome = await postLong("/box/forward").catch((error) => ({ ok: false, said: error.message }));
  button.disabled = false;
  button.setAttribute("aria-busy", "false");
  byId("forward-progress").hidden = true;
  byId("forward-said").className = outcome.ok ? "said done" : "said failed";
  say(byId("forward-said"), outcome.said);
  if (outcome.ok && isNarrow()) {
    closeSheet();
    notice(outcome.said, { isError: false });
  }
  wake();
}

function openInPhone(event, address) {
  openLink(event, address);
  if (event.defaultPrevented) closeSheet();
}

/** One step back, from what lies on top. */
function goBack() {
  if (isPicking()) cancelPick();
  else if (!byId("article-view").hidden) closeArticle();
  else {
    closeSubMenus();
    closePanel();
    closeSheet();
  }
}

/** Only a person scrolls up: a picture that has just come makes the chat longer below without anybody leaving its end. */
function noteScroll() {
  const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < AT_BOTTOM_PX;
  if (isNear || list.scrollTop < lastTop) isAtBottom = isNear;
  if (isAtBottom) byId("to-bottom").hidden = true;
  lastTop = list.scrollTop;
}

function setUpTaps() {
  byId("switch-follower").addEventListener("click", holdNext);
  byId("to-bottom").addEventListener("click", toBottom);
  list.addEventListener("scroll", noteScroll, { passive: true });
  new ResizeObserver(() => isAtBottom && toBottom()).observe(list);
  list.addEventListener("load", () => isAtBottom && toBottom(), true); // a picture that has just come is taller
  document.querySelectorAll("[data-action]").forEach((button) =>
    button.addEventListener("click", () => act(() => post(fanPath(button.dataset.action)))));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") goBack();
  });
}

setUpArticleView();
setUpSheet();
setUpPicker();
setUpComposer({ text: (text) => sendText(text), thing: sendThing });
setUpMenuBar({ tap: tapButton });
setUpConsole({
  account: (change) => act(() => post("/box/account", change)),
  switches: (change) => act(() => post("/box/switches", change)),
  fault: (path, kind) => act(() => post("/box/faults", { path, kind, times: 1 })),
  result: (kind, outcome) => act(() => post("/box/outcomes", { kind, outcome })),
  clearFaults: () => act(() => Promise.all([remove("/box/faults"), remove("/box/outcomes")])),
  forward,
});
setUpTaps();
setInterval(showClock, 1000);
keepUp();
