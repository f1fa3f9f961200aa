// What stands in a bubble, kind by kind.
import { reachable } from "./article_view.js";
import { el } from "./dom.js";
import { replyNodes } from "./reply_text.js";

const asset = (name) => new URL(name, import.meta.url).href;
const VOICE_PX = { shortest: 76, perSecond: 3, longest: 200 };

/** The bubble of an item; `on` as in Chat. Pushes are no bubbles and come from push_card.js. */
export function bubbleOf(item, on) {
  const detail = item.detail ?? {};
  const make = KINDS[item.type];
  return make ? make(item, detail, on) : words(item, on);
}

const bubble = (kind, ...children) => el("div", { class: `bubble ${kind}`, "data-testid": "bubble" }, ...children);

// A follower's own text is never markup; in the account's, links are.
const words = (item, on) => bubble("text", ...(item.from === "fan" ? [item.text ?? ""] : replyNodes(item.text ?? "", on)));

function picture(item, detail) {
  const url = reachable(detail.picture_url ?? "");
  const image = el("img", { src: url?.href ?? asset("picture.svg"), alt: item.from === "fan" ? "我发的图片" : "一张图片", decoding: "async" });
  return bubble("picture", url ? el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", "aria-label": "看大图" }, image) : image);
}

function voice(item, detail) {
  const seconds = detail.seconds ?? 3;
  const icon = el("img", { src: asset("voice.svg"), alt: "语音", width: "16", height: "20" });
  const node = bubble("voice", el("span", {}, `${seconds}″`), icon);
  node.style.width = `${Math.min(VOICE_PX.longest, VOICE_PX.shortest + VOICE_PX.perSecond * seconds)}px`;
  return node;
}

function place(item, detail) {
  const exact = detail.latitude === undefined ? null : el("small", {}, `北纬 ${detail.latitude}°，东经 ${detail.longitude}°`);
  return bubble("place", el("p", {}, item.text || "一个位置", exact), el("img", { src: asset("map.svg"), alt: "", width: "220", height: "96" }));
}

const menu = (item, detail, on) => bubble("text choices",
  ...(item.text ? [el("span", { class: "choices-head" }, ...replyNodes(item.text, on))] : []),
  ...(detail.choices ?? []).map((choice) =>
    el("button", { type: "button", class: "choice", "data-testid": "choice", click: () => on.menu(choice.text, choice.id) }, choice.text)),
  ...(detail.tail ? [el("span", { class: "choices-tail" }, ...replyNodes(detail.tail, on))] : []));

function file(icon, kindName) {
  return (item, detail) => bubble("file", el("span", { class: "file-icon", "aria-hidden": "true" }, icon),
    el("span", { class: "file-words" }, el("span", { class: "file-title" }, detail.title ?? item.text ?? kindName),
      detail.digest ? el("small", {}, detail.digest) : null, el("small", {}, kindName)));
}

function miniProgram(item, detail) {
  const url = reachable(detail.picture_url ?? "");
  return bubble("mini", el("p", {}, detail.title ?? item.text ?? "小程序"),
    url ? el("img", { src: url.href, alt: "", decoding: "async" }) : null, el("small", {}, "◇ 小程序"));
}

const KINDS = {
  image: picture, voice, location: place, menu,
  video: file("▶", "视频"), shortvideo: file("▶", "视频"), music: file("♪", "音乐"), link: file("↗", "链接"), mini_program: miniProgram,
};
