// A push as the phone shows it: the first article large, the others as rows below.
import { reachable } from "./article_view.js";
import { el } from "./dom.js";

export function pushCard(articles, on) {
  const [lead, ...others] = articles;
  return el("div", { class: `card${others.length ? "" : " single"}`, "data-testid": "push-card" },
    leadArticle(lead, others.length === 0, on), ...others.map((article) => secondary(article, on)));
}

function leadArticle(article, isAlone, on) {
  const title = el("span", { class: "lead-title" }, article.title);
  // One card without a picture is words alone; above others the cover carries the title.
  return tap(article, "lead", on, isAlone && !article.cover_url ? null : el("span", { class: "cover" }, cover(article), isAlone ? null : title),
    isAlone ? title : null,
    isAlone && article.digest ? el("span", { class: "digest" }, article.digest) : null);
}

const secondary = (article, on) =>
  tap(article, "secondary", on, el("span", { class: "row-title" }, article.title), article.cover_url ? el("span", { class: "thumb" }, cover(article)) : null);

function tap(article, place, on, ...children) {
  const url = reachable(article.url ?? "");
  return el("a", { class: place, href: url?.href, target: "_blank", rel: "noopener noreferrer", "data-testid": `push-${place}`,
    click: (event) => url && on.link(event, url.href) }, ...children);
}

function cover(article) {
  const url = article.cover_url && reachable(article.cover_url);
  if (!url) return null;
  return el("img", { src: url.href, alt: "", decoding: "async", error: (event) => event.currentTarget.remove() });
}
