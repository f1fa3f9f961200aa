// Nodes are built, never parsed: whatever anyone wrote stays text.

export const byId = (id) => document.getElementById(id);

/** An element with attributes (a function is a listener, `true` an empty attribute, null or false none) and children. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Sets text only when it differs, so that screen readers do not read the same words again. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export const initial = (name) => [...(name || "？")][0];
