// A reply's text as the phone shows it: line breaks, two kinds of links, and nothing else of it is markup.
import { el } from "./dom.js";

const ANCHOR = /<a\s([^<>]*)>([^<>]*)<\/a>/gi;
const HREF = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
const MENU = "weixin://bizmsgmenu?";

/** Nodes for a text; `on.menu(text, id)` and `on.link(event, url)` are called when a link is tapped. */
export function replyNodes(text, on) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(ANCHOR)) {
    nodes.push(text.slice(end, match.index), linkNode(match, on) ?? match[0]);
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

function linkNode([, attributes, label], on) {
  const found = HREF.exec(attributes);
  const href = (found?.[1] ?? found?.[2] ?? "").trim();
  if (href.toLowerCase().startsWith(MENU)) return menuLink(href, label, on);
  const url = webAddress(href);
  return url && el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", "data-testid": "text-link",
    click: (event) => on.link(event, url.href) }, label);
}

function menuLink(href, label, on) {
  const { msgmenucontent: text, msgmenuid: id } = query(href);
  if (!text) return null;
  const tap = () => on.menu(text, id ?? "");
  const key = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    tap();
  };
  return el("a", { role: "button", tabindex: "0", "data-testid": "menu-link", click: tap, keydown: key }, label);
}

function query(href) {
  const pairs = href.slice(href.indexOf("?") + 1).split("&").map((pair) => pair.split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name, value]) => [name, decoded(value ?? "")]));
}

// Not URLSearchParams: a plus sign in a question is a plus sign.
function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function webAddress(href) {
  if (!/^https?:\/\//i.test(href)) return null;
  try {
    return new URL(href);
  } catch {
    return null;
  }
}
