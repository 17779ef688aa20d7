// Content tabs: the stored choice, and links that point into a tab; again after every instant navigation.
"use strict";

document$.subscribe(() => {
  const stored = __md_get("__tabs");
  if (Array.isArray(stored)) {
    for (const set of document.querySelectorAll(".tabbed-set")) {
      const labels = Array.from(set.querySelectorAll(":scope > .tabbed-labels > label"));
      const label = stored.map((name) => labels.find((one) => one.textContent.trim() === name)).find(Boolean);
      const input = label && document.getElementById(label.htmlFor);
      if (input) input.checked = true;
    }
  }
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.name && target.name.startsWith("__tabbed_")) target.checked = true;
});
