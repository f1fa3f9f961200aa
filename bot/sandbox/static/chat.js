// One follower's chat: items by id, in order, each drawn once and again when its state changes.
import { bubbleOf } from "./bubbles.js";
import { boxNow, chatTime } from "./clock.js";
import { el, initial } from "./dom.js";
import { pushCard } from "./push_card.js";

const STAMP_GAP_MS = 5 * 60 * 1000;

export class Chat {
  /** `on`: menu(text, id), link(event, url); `account()`: {name}; `fan`: {openid, name}. */
  constructor(fan, account, on) {
    Object.assign(this, { fan, account, on, after: 0, items: new Map(), nodes: new Map(), seen: null, menu: [], isTyping: false });
  }

  /** Takes a poll's answer; returns the items that are new. */
  take({ seq, items, menu, is_typing: isTyping }) {
    Object.assign(this, { menu: menu ?? [], isTyping: Boolean(isTyping) });
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
    const nodes = items.length ? items.map((item, index) => this.node(item, items[index - 1])) : [this.firstLine()];
    const wanted = new Set(nodes);
    [...list.children].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
    nodes.forEach((node, index) => {
      if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
    });
  }

  /** What an empty chat says. */
  firstLine() {
    this.greeting ??= el("li", { "data-testid": "first-line" }, el("p", { class: "system" }, `这是${this.fan.name}的手机。在下面问一句，回复马上就到。`));
    return this.greeting;
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
    if (item.from === "system") return systemLine(item);
    if (item.articles?.length) return el("div", { class: "pushed" }, pushCard(item.articles, this.on), aiLine(item));
    return item.from === "fan" ? this.fanRow(item) : this.accountRow(item);
  }

  fanRow(item) {
    return el("div", { class: "row fan" }, spinner(item),
      el("div", { class: "said-by" }, el("span", { class: "visually-hidden" }, "我："), bubbleOf(item, this.on), outcome(item)),
      avatar(this.fan.name, "fan"));
  }

  accountRow(item) {
    const { name } = this.account();
    return el("div", { class: "row account" }, avatar(name, "account"),
      el("div", { class: "said-by" }, el("span", { class: "visually-hidden" }, `${name}：`), bubbleOf(item, this.on), aiLine(item)));
  }
}

const avatar = (name, whose) => el("span", { class: `avatar ${whose}`, "aria-hidden": "true" }, initial(name));

const systemLine = (item) => el("p", { class: "system", "data-testid": "system" }, item.text ?? "",
  item.state === "failed" ? el("span", { class: "failed" }, "　✕ 没有等到回复") : null);

const aiLine = (item) => item.detail?.is_ai ? el("p", { class: "ai-line", "data-testid": "ai-line" }, "内容由第三方AI生成") : null;

// While it is under way a ring turns beside the bubble, as in WeChat; what came of it stands under the bubble.
const spinner = (item) =>
  item.state === "delivering" ? el("span", { class: "sending", "data-testid": "delivering" }, el("i", { class: "spinner" }), el("span", { class: "visually-hidden" }, "正在送达…")) : null;

function outcome(item) {
  if (item.state === "silent") return el("p", { class: "progress-line", "data-testid": "silent" }, "已送达，没有回复");
  if (item.state === "failed") return el("p", { class: "progress-line failed", "data-testid": "failed" }, "✕ 没有等到回复");
  return null;
}
