// The first script of every page: what may become a script's address or markup, for browsers that ask (Trusted Types).
// The Content-Security-Policy allows this one policy. What it does not let through is refused: text that would be code,
// document.write, insertAdjacentHTML, srcdoc. Material's bundle needs what it lets through.
"use strict";

(() => {
  if (!window.trustedTypes) return; // nothing asks; everything works the same

  const assets = new URL("..", document.currentScript.src).href; // this file is in assets/pressroom/

  // What the bundle puts together from titles, the search index and its own labels. No element whose text is read by
  // other rules, and none that holds HTML in a drawing: what is written out here is read again as the same.
  const elements = (names) => new Set(names.split(" "));
  const HTML = elements(
    "a abbr article aside b bdi bdo blockquote br button caption cite code col colgroup dd del details dfn div dl dt em" +
      " figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li main mark nav ol p pre q s samp" +
      " section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr",
  );
  const SVG = elements("circle ellipse g line path polygon polyline rect svg");
  const ATTRIBUTES =
    /^(?:aria-\w+|data-[\w-]+|alt|class|colspan|cx|cy|d|datetime|dir|fill|for|height|hidden|href|id|lang|open|points|r|rel|role|rowspan|rx|ry|scope|src|start|stroke|tabindex|target|title|transform|type|viewBox|width|x|x1|x2|xmlns|y|y1|y2)$/;

  const leadsToAPage = (address) => {
    const link = document.createElement("a");
    link.href = address;
    return /^(?:https?|mailto):$/.test(link.protocol);
  };

  const clean = (parent) => {
    for (const node of Array.from(parent.childNodes)) {
      if (node.nodeType === Node.TEXT_NODE) continue;
      const allowed = node instanceof SVGElement ? SVG : HTML;
      if (!allowed.has(node.localName)) {
        parent.removeChild(node); // not node.remove(): a form's fields can take the place of its methods
        continue;
      }
      for (const { name, value } of Array.from(node.attributes)) {
        const safe = ATTRIBUTES.test(name) && (!/^(?:href|src)$/.test(name) || leadsToAPage(value));
        if (!safe) node.removeAttribute(name);
      }
      clean(node);
    }
  };

  window.trustedTypes.createPolicy("default", {
    // Scripts and workers. A percent sign could be a way out of the folder, for a server that decodes it.
    createScriptURL(address) {
      const { href } = new URL(address, document.baseURI);
      return href.startsWith(assets) && /^[\w./-]+\.js$/.test(href.slice(assets.length)) ? href : null;
    },
    createHTML(text, type, sink) {
      // A page or the sitemap, fetched from here and only read. Nothing of ours inserts what it parsed so from others.
      if (sink === "DOMParser parseFromString") return text;
      if (sink !== "Element innerHTML") return null;
      if (!/[<&]/.test(text)) return text;
      const { body } = new DOMParser().parseFromString("<body>" + text, "text/html");
      clean(body);
      return body.innerHTML;
    },
  });
})();
