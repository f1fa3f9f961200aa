// One follower's chat: items by id, in order, each drawn once and again when its state changes.
import { reachable } from "./article_view.js";
import { boxNow, chatTime } from "./clock.js";
import { el, initial } from "./dom.js";
import { pushCard } from "./push_card.js";
import { replyNodes } from "./reply_text.js";

const STAMP_GAP_MS = 5 * 60 * 1000;
const asset = (name) => new URL(name, import.meta.url).href;

export class Chat {
  /** `on`: menu(text, id), link(event, url); `account()`: {name}; `fan`: {openid, name}. */
  constructor(fan, account, on) {
    Object.assign(this, { fan, account, on, after: 0, items: new Map(), nodes: new Map(), seen: null });
  }

  /** Takes a poll's answer; returns the items that are new. */
  take({ seq, items }) {
    const fresh = [];
    for (const item of items) {
      if (!this.items.has(item.id)) fresh.push(item);
      this.items.set(item.id, item);
      this.nodes.delete(item.id);
    }
    this.after = seq;
    this.seen ??= this.arrived();
    return fresh;
  }

  forget() {
    this.items.clear();
    this.nodes.clear();
    this.seen = 0;
  }

  ordered() {
    return [...this.items.values()].sort((a, b) => a.id - b.id);
  }

  isDelivering() {
    return [...this.items.values()].some((item) => item.state === "delivering");
  }

  arrived() {
    return [...this.items.values()].filter((item) => item.from === "account").length;
  }

  unread() {
    return Math.max(0, this.arrived() - (this.seen ?? 0));
  }

  read() {
    this.seen = this.arrived();
  }

  /** Brings `list` to what is in the chat, touching only what changed. */
  show(list) {
    const items = this.ordered();
    const nodes = items.map((item, index) => this.node(item, items[index - 1]));
    const wanted = new Set(nodes);
    [...list.children].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
    nodes.forEach((node, index) => {
      if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
    });
  }

  node(item, before) {
    const isStamped = !before || Math.abs(Date.parse(item.at) - Date.parse(before.at)) > STAMP_GAP_MS;
    const known = this.nodes.get(item.id);
    if (known?.isStamped === isStamped) return known.node;
    const node = el("li", { "data-testid": "item", "data-from": item.from, "data-state": item.state, "data-type": item.type },
      isStamped ? el("time", { class: "stamp", datetime: item.at }, chatTime(Date.parse(item.at), boxNow())) : null,
      this.body(item));
    this.nodes.set(item.id, { isStamped, node });
    return node;
  }

  body(item) {
    if (item.from === "system") return systemLine(item.text);
    if (item.type !== "image" && item.articles?.length) return pushCard(item.articles, this.on);
    return item.from === "fan" ? this.fanRow(item) : this.accountRow(item);
  }

  fanRow(item) {
    return el("div", { class: "row fan" },
      el("div", { class: "said-by" }, el("span", { class: "visually-hidden" }, "我："), content(item, [item.text ?? ""]), progress(item)),
      avatar(this.fan.name, "fan"));
  }

  accountRow(item) {
    const { name } = this.account();
    return el("div", { class: "row account" }, avatar(name, "account"),
      el("div", { class: "said-by" }, el("span", { class: "visually-hidden" }, `${name}：`),
        content(item, replyNodes(item.text ?? "", this.on))));
  }
}

const avatar = (name, whose) => el("span", { class: `avatar ${whose}`, "aria-hidden": "true" }, initial(name));

const systemLine = (text) => el("p", { class: "system", "data-testid": "system" }, text ?? "");

const bubble = (kind, ...children) => el("div", { class: `bubble ${kind}`, "data-testid": "bubble" }, ...children);

const CONTENT = {
  image: (item) => bubble("picture", picture(reachable(item.articles?.[0]?.cover_url ?? ""))),
  voice: () => bubble("voice", el("span", {}, "3″"), el("img", { src: asset("voice.svg"), alt: "语音", width: "16", height: "20" })),
  location: (item) => bubble("place", el("p", {}, item.text || "一个位置"), el("img", { src: asset("map.svg"), alt: "", width: "220", height: "96" })),
  video: () => bubble("text", "[视频]"),
  link: (item) => bubble("text", item.text || "[链接]"),
};

function picture(sent) {
  // The account's picture is the one it uploaded; what a follower sends is always this sample.
  return sent ? el("img", { src: sent.href, alt: "一张图片", class: "of-account" }) : el("img", { src: asset("picture.svg"), alt: "一张图片", width: "132", height: "176" });
}

function content(item, words) {
  const special = CONTENT[item.type];
  return special ? special(item) : bubble("text", ...words);
}

function progress(item) {
  if (item.state === "delivering") return el("p", { class: "progress-line", "data-testid": "delivering" }, el("i", { class: "spinner" }), "正在送达…");
  if (item.state === "silent") return el("p", { class: "progress-line", "data-testid": "silent" }, "已送达，没有回复");
  if (item.state === "failed") return el("p", { class: "progress-line failed", "data-testid": "failed" }, "✕ 没有等到回复");
  return null;
}
