// In <head>, a classic script: what Material's bundle expects to find, and the colours before the first paint.
"use strict";

// The site's root, whatever the page's depth: this file lies two folders below it.
var __md_scope = new URL("../..", document.currentScript.src);

var __md_hash = (text) =>
  Array.from(text).reduce((hash, character) => ((hash << 5) - hash + character.charCodeAt(0)) | 0, 0);

var __md_get = (key, storage, scope) => {
  try {
    return JSON.parse((storage || localStorage).getItem((scope || __md_scope).pathname + "." + key));
  } catch (error) {
    return null; // storage switched off, or written by somebody else
  }
};

var __md_set = (key, value, storage, scope) => {
  try {
    (storage || localStorage).setItem((scope || __md_scope).pathname + "." + key, JSON.stringify(value));
  } catch (error) {
    // storage switched off or full: the choice lasts for this page
  }
};

(() => {
  const paint = (color) => {
    for (const name of ["scheme", "primary", "accent"]) {
      if (color[name]) document.body.setAttribute("data-md-color-" + name, color[name]);
    }
  };
  const choice = __md_get("__palette");
  const stored = choice && choice.color;
  const chosen = stored && stored.media !== "(prefers-color-scheme)" ? stored : null;

  const tryPaint = () => {
    if (!document.body) return false;
    if (chosen) {
      paint(chosen);
      return true;
    }
    const form = document.querySelector("form[data-md-component=palette]");
    if (!form || !form.nextElementSibling) return false; // its options are not all there yet
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const option = form.querySelector(`[data-md-color-media="(prefers-color-scheme: ${dark ? "dark" : "light"})"]`);
    if (option) {
      paint({
        scheme: option.getAttribute("data-md-color-scheme"),
        primary: option.getAttribute("data-md-color-primary"),
        accent: option.getAttribute("data-md-color-accent"),
      });
    }
    return true;
  };

  const watch = new MutationObserver(() => {
    if (tryPaint()) watch.disconnect();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => watch.disconnect());
})();
