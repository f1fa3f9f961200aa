// The lower edge of the phone: words, hold-to-talk, and what the + opens.
import { byId, say } from "./dom.js";
import { notice } from "./notice.js";
import { pick } from "./picker.js";
import { pictureOf } from "./picture_file.js";

const SHORTEST_S = 1;
const LONGEST_S = 60;
const BY_KEY_S = 3; // a key press is no holding: it sends this much
const CANCEL_UP_PX = 60;
// Rough places in and around the city, to have something to choose from.
const PLACES = [
  { label: "临汾市尧都区", latitude: 36.0881, longitude: 111.5189 },
  { label: "襄汾县陶寺村", latitude: 35.88, longitude: 111.5 },
  { label: "洪洞县大槐树镇", latitude: 36.25, longitude: 111.67 },
  { label: "吉县壶口镇", latitude: 36.14, longitude: 110.45 },
];

let held = null; // { since, y, isCancelled, timer } while somebody is talking

/** `on`: text(words) resolves to null when it failed; thing(type, fields). */
export function setUpComposer(on) {
  byId("composer").addEventListener("submit", (event) => sendTyped(event, on));
  byId("message").addEventListener("input", showSendOrPlus);
  byId("message").addEventListener("focus", closePanel);
  byId("plus").addEventListener("click", () => (byId("panel").hidden ? openPanel() : closePanel()));
  byId("to-voice").addEventListener("click", () => speak(byId("talk").hidden));
  byId("picture-file").addEventListener("change", (event) => sendFile(event.target, on));
  byId("panel-photo").addEventListener("click", () => byId("picture-file").click());
  byId("panel-sample").addEventListener("click", () => { closePanel(); on.thing("image"); });
  byId("panel-place").addEventListener("click", () => sendPlace(on));
  setUpTalk(on);
}

export const closePanel = () => showPanel(false);
export const choosePlace = () =>
  pick("发送位置", PLACES.map((place) => ({ label: place.label, note: `北纬 ${place.latitude}°，东经 ${place.longitude}°`, value: place })));

const openPanel = () => { speak(false); showPanel(true); };

function showPanel(isOpen) {
  if (!isOpen && byId("panel").contains(document.activeElement)) byId("plus").focus();
  byId("panel").hidden = !isOpen;
  byId("plus").setAttribute("aria-expanded", String(isOpen));
}

function showSendOrPlus() {
  const hasWords = byId("message").value.trim() !== "";
  byId("send").hidden = !hasWords;
  byId("plus").hidden = hasWords;
}

async function sendTyped(event, on) {
  event.preventDefault();
  const input = byId("message");
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  showSendOrPlus();
  input.focus();
  if (await on.text(text) === null && input.value === "") input.value = text;
  showSendOrPlus();
}

async function sendFile(input, on) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  closePanel();
  try {
    on.thing("image", { picture: await pictureOf(file) });
  } catch (error) {
    notice(error.message);
  }
}

async function sendPlace(on) {
  closePanel();
  const place = await choosePlace();
  if (place) on.thing("location", place);
}

function speak(isSpeaking) {
  byId("talk").hidden = !isSpeaking;
  byId("message").hidden = isSpeaking;
  byId("to-voice").setAttribute("aria-pressed", String(isSpeaking));
  byId("to-voice").setAttribute("aria-label", isSpeaking ? "改用键盘" : "改用语音");
  closePanel();
}

function setUpTalk(on) {
  const talk = byId("talk");
  talk.addEventListener("pointerdown", (event) => {
    talk.setPointerCapture(event.pointerId);
    held = { since: performance.now(), y: event.clientY, isCancelled: false, timer: setInterval(showTalk, 200) };
    showTalk();
  });
  talk.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.isCancelled = held.y - event.clientY > CANCEL_UP_PX;
    showTalk();
  });
  talk.addEventListener("pointerup", () => letGo(on));
  talk.addEventListener("pointercancel", () => { if (held) { held.isCancelled = true; letGo(on); } });
  talk.addEventListener("contextmenu", (event) => event.preventDefault());
  talk.addEventListener("click", (event) => { if (event.detail === 0) on.thing("voice", { seconds: BY_KEY_S }); });
}

const talkedS = () => Math.min(LONGEST_S, (performance.now() - held.since) / 1000);

function letGo(on) {
  if (!held) return;
  const { isCancelled, timer } = held;
  const seconds = talkedS();
  clearInterval(timer);
  held = null;
  showTalk();
  if (isCancelled) return;
  if (seconds < SHORTEST_S) notice("说话时间太短，按住说完再松开。", { isError: false });
  else on.thing("voice", { seconds: Math.round(seconds) });
}

function showTalk() {
  const overlay = byId("talking");
  overlay.hidden = !held;
  say(byId("talk"), held ? (held.isCancelled ? "松开 取消" : "松开 发送") : "按住 说话");
  byId("talk").classList.toggle("held", Boolean(held));
  if (!held) return;
  overlay.classList.toggle("cancelled", held.isCancelled);
  say(byId("talking-words"), held.isCancelled ? "松开手指，取消发送" : "手指上滑，取消发送");
  say(byId("talking-seconds"), `${Math.floor(talkedS())}″`);
}
