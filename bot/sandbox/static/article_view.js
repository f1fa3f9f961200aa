// An article as the phone opens it: an overlay with a frame that may run nothing.
import { byId, say } from "./dom.js";

const LOCAL_NAMES = new Set(["127.0.0.1", "localhost", "0.0.0.0", "[::1]"]);
let callback = null;
let opener = null;

export const setCallback = (address) => { callback = URL.canParse(address) ? new URL(address) : null; };

/** An address of the box as this browser reaches it: the box may call itself 127.0.0.1 and be visited by another name. */
export function reachable(address) {
  if (!address || !URL.canParse(address, location.href)) return null;
  const url = new URL(address, location.href);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (LOCAL_NAMES.has(url.hostname) && url.port === location.port) return new URL(url.pathname + url.search, location.origin);
  return url;
}

function belongsInPhone(url) {
  if (url.origin === location.origin) return url.pathname.startsWith("/s/");
  if (!callback || !url.pathname.startsWith("/a/")) return false;
  return url.origin === callback.origin || (url.port === callback.port && url.hostname === location.hostname);
}

/** Opens the box's articles and the bot's reading pages in the phone; leaves any other link to the browser. */
export function openLink(event, address) {
  const url = reachable(address);
  if (!url || !belongsInPhone(url) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showArticle(url, event.currentTarget);
}

/** Opens an address that no link stands for: in the phone if it belongs there, else in a tab of its own. */
export function openAddress(address) {
  const url = reachable(address);
  if (url && belongsInPhone(url)) showArticle(url, document.activeElement);
  else if (url) window.open(url.href, "_blank", "noopener,noreferrer");
}

function showArticle(url, from) {
  opener = from;
  byId("article-outside").href = url.href;
  byId("article-view").hidden = false;
  byId("article-loading").hidden = false;
  beneath().forEach((node) => { node.inert = true; });
  // Not by src: that would add a step to the browser's history, and its back button would leave the phone as it is.
  byId("article-frame").contentWindow.location.replace(url.href);
  byId("article-back").focus();
}

export function closeArticle() {
  if (byId("article-view").hidden) return;
  byId("article-view").hidden = true;
  byId("article-frame").contentWindow.location.replace("about:blank");
  beneath().forEach((node) => { node.inert = false; });
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

export function setUpArticleView() {
  byId("article-back").addEventListener("click", closeArticle);
  byId("article-frame").addEventListener("load", () => { byId("article-loading").hidden = true; });
}

export const nameArticleView = (account) => say(byId("article-from"), account);

const beneath = () => [...byId("screen").children].filter((node) => node.id !== "article-view");
