// The search of the reader table: finds among all readers, of which the server's page shows a thousand.
"use strict";

(() => {
  // What people type, and what it is compared with: text in, values out.

  // How an id is written, the surest way first. The last one also takes `072F:` and `072F:9`, which are being typed.
  const ID_PATTERNS = [
    /\bID (?<vid>[0-9a-f]{4}):(?<pid>[0-9a-f]{4})\b/gi, // lsusb
    /\bidVendor\W+(?:0x)?(?<vid>[0-9a-f]{4})\b.*?\bidProduct\W+(?:0x)?(?<pid>[0-9a-f]{4})\b/gi, // lsusb -v, kernel log
    /\bVID_(?<vid>[0-9a-f]{4})&PID_(?<pid>[0-9a-f]{4})/gi, // Windows
    /\bProduct ID:\s*0x(?<pid>[0-9a-f]{4})\b.*?\bVendor ID:\s*0x(?<vid>[0-9a-f]{4})\b/gi, // macOS
    /^\s*(?:0x)?(?<vid>[0-9a-f]{4})[\s:,;/._-]*(?:0x)?(?<pid>[0-9a-f]{4})\s*$/gi, // nothing else was typed
    /(?<!\w)(?:0x)?(?<vid>[0-9a-f]{4})(?:\s*[:,;]\s*(?:0x)?|\s+0x)(?<pid>[0-9a-f]{0,4})(?!\w)/gi,
  ];

  const idsIn = (text) => {
    for (const pattern of ID_PATTERNS) {
      const pairs = Array.from(text.matchAll(pattern), (match) => match.groups);
      const ids = pairs.filter(({ pid }) => pid.length === 4).map(({ vid, pid }) => `${vid}:${pid}`.toLowerCase());
      if (ids.length) return Array.from(new Set(ids));
    }
    return [];
  };

  // Case, accents and punctuation make no difference: "ACR-122U" is "acr122u".
  const fold = (text) => {
    // Almost every name is ASCII, and the classes of Unicode are slow.
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
    return text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  };

  // A word is a part of a name, or the first digits of a vendor or product id.
  const needleOf = (word) => {
    const name = fold(word.replace(/^0x(?=[0-9a-f]+$)/i, ""));
    return { name, ids: /^[0-9a-f]{3,4}$/.test(name) ? ["|" + name, ":" + name] : [] };
  };

  // The ids that were asked for, and needles, all of which a reader has to hold.
  const parseQuery = (text) => {
    const ids = idsIn(text);
    if (ids.length) return { ids, needles: [{ ids: ids.map((id) => `|${id}|`) }] }; // the rest of a pasted line is no name
    const needles = [];
    const words = text.replace(ID_PATTERNS.at(-1), (...match) => {
      const { vid, pid } = match.at(-1);
      needles.push({ ids: [`|${vid}:${pid}`.toLowerCase()] });
      return " ";
    });
    for (const word of words.split(/[\s,;/|]+/)) if (fold(word)) needles.push(needleOf(word));
    return { ids, needles };
  };

  // "|072f:90cc|" and "acsacr122u|acs|ccidusbreader".
  const haystackOf = (ids, names) => ({ ids: `|${ids.toLowerCase().replaceAll(" ", "|")}|`, names: names.map(fold).join("|") });

  const holds = (haystack, needles) =>
    needles.every(({ name, ids }) => (name && haystack.names.includes(name)) || ids.some((id) => haystack.ids.includes(id)));

  // The list of all readers.

  const [SLUG, IDS, VENDOR, NAME, STATUS, SINCE, FACETS, WORDS] = Array(8).keys();
  const COLLATOR = new Intl.Collator("en", { numeric: true });
  const NUMBER = new Intl.NumberFormat("en");
  const COMPARE = {
    name: (a, b) => COLLATOR.compare(a[NAME], b[NAME]),
    id: (a, b) => Number(a[IDS] > b[IDS]) - Number(a[IDS] < b[IDS]),
    // The index has these in their order.
    vendor: (a, b) => a[VENDOR] - b[VENDOR],
    status: (a, b) => a[STATUS] - b[STATUS],
    since: (a, b) => a[SINCE] - b[SINCE],
  };

  const soon = (run) => (window.requestIdleCallback || setTimeout)(run, { timeout: 100 });

  class List {
    constructor(data) {
      Object.assign(this, data);
      this.haystacks = [];
      this.orders = {};
      this.prepare(0);
    }

    haystack(number) {
      const { [IDS]: ids, [NAME]: name, [VENDOR]: vendor, [WORDS]: words } = this.rows[number];
      return (this.haystacks[number] ??= haystackOf(ids, [name, this.vendors[vendor], words]));
    }

    // Whoever types before all is done waits for the rest; mostly nobody does.
    prepare(next) {
      const end = Math.min(next + 500, this.rows.length);
      for (let number = next; number < end; number++) this.haystack(number);
      if (end < this.rows.length) soon(() => this.prepare(end));
    }

    // The numbers of all rows, in the order of the index or in that of a column.
    ordered(order) {
      const numbers = Array.from(this.rows.keys());
      const column = order.replace("-", "");
      if (!Object.hasOwn(COMPARE, column)) return numbers;
      const sign = order.startsWith("-") ? -1 : 1;
      const unknown = ({ [SINCE]: since }) => Number(column === "since" && since < 0); // comes last both ways
      const compare = (a, b) => unknown(a) - unknown(b) || sign * COMPARE[column](a, b);
      return numbers.sort((a, b) => compare(this.rows[a], this.rows[b]));
    }

    find(needles, filters = new URLSearchParams()) {
      const order = filters.get("sort") ?? "";
      const status = this.statuses.findIndex(([code]) => code === filters.get("status"));
      const vendor = this.vendor_slugs.indexOf(filters.get("vendor"));
      const features = filters.getAll("feature");
      const mask = this.facets.reduce((bits, [code], bit) => bits | (features.includes(code) << bit), 0);
      const found = [];
      for (const number of (this.orders[order] ??= this.ordered(order))) {
        const row = this.rows[number];
        if (status >= 0 && row[STATUS] !== status) continue;
        if (vendor >= 0 && row[VENDOR] !== vendor) continue;
        if ((row[FACETS] & mask) === mask && holds(this.haystack(number), needles)) found.push(number);
      }
      return found;
    }
  }

  // Elements.

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // As readers/row.html makes it; a test compares them.
  const makeRow = (list, row, { readers, vendors }) => {
    const [status, words] = list.statuses[row[STATUS]];
    const ids = row[IDS].split(" ").flatMap((id) => [make("code", {}, id), " "]);
    const vendor = make("a", { href: `${vendors}${list.vendor_slugs[row[VENDOR]]}/` }, list.vendors[row[VENDOR]]);
    const tags = list.facets.filter(([code], bit) => row[FACETS] & (1 << bit) && list.tags.includes(code)).map(([, title]) => title);
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, make("a", { href: `${readers}${row[SLUG]}/` }, row[NAME])),
      make("td", {}, ...ids),
      make("td", { className: `pr-is-${status}` }, words),
      make("td", {}, list.versions[row[SINCE]] ?? "unknown"),
      make("td", {}, vendor),
      make("td", {}, tags.join(", ")),
    );
  };

  const counted = (count) => `${NUMBER.format(count)} ${count === 1 ? "reader" : "readers"}`;

  // What to do next where nothing was found.
  const adviceFor = (list, { ids, needles }, text, help) => {
    const search = (words, query) => make("a", { href: query ? `?search=${encodeURIComponent(query)}` : location.pathname }, words);
    const unfiltered = list.find(needles).length;
    let message = "No reader matches.";
    let lines = ["Fewer words find more: a part of the name is enough, or the USB id."];
    if (unfiltered) {
      message = "No reader matches with these filters.";
      lines = [search(`${counted(unfiltered)} without them`, text)];
    } else if (ids.length) {
      message = `No reader with the id ${ids.join(" or ").toUpperCase()} is listed.`;
      const vids = Array.from(new Set(ids.map((id) => id.slice(0, 5).toUpperCase())));
      const others = vids.map((vid) => [vid, list.find(parseQuery(vid).needles).length]).filter(([, count]) => count);
      lines = [
        ...others.map(([vid, count]) => search(`${counted(count)} with the vendor id ${vid.slice(0, 4)}`, vid)),
        make("a", { href: help }, "How to get a reader listed"),
        "This is the list of the newest driver: an older one, as may be installed, knows fewer readers.",
      ];
    }
    lines.push(search("Clear the search"));
    return [make("p", {}, make("strong", {}, message)), make("ul", {}, ...lines.map((line) => make("li", {}, line)))];
  };

  // The page.

  const STEP = 50;
  const lists = new Map(); // kept from page to page while navigation is instant

  class TablePage {
    constructor(form) {
      this.form = form;
      this.path = location.pathname;
      this.order = "";
      this.typing = false; // whether the newest entry of the history is a search that is being typed
      this.field = form.elements.search;
      this.clear = document.querySelector(".pr-clear");
      this.count = document.querySelector(".pr-count");
      this.atRest = this.count.textContent;
      this.box = document.querySelector(".pr-readers");
      this.body = this.serverBody = this.box.querySelector("tbody");
      this.rest = Array.from(this.box.querySelectorAll(".pr-rest")); // the server's other rows
      this.steps = document.querySelector(".pr-steps");
      this.advice = make("div", { className: "pr-advice", hidden: true });
      this.more = make("button", { className: "pr-button pr-more", type: "button", hidden: true }, "Show more");
      this.box.after(this.advice, this.more);
      this.headings = Array.from(this.box.querySelectorAll("th[data-sort]"));
      for (const heading of this.headings) this.makeSortable(heading);
      this.listen();
      this.field.value = new URLSearchParams(location.search).get("search") ?? "";
      form.hidden = false;
      this.load(new URL(form.dataset.index, document.baseURI).href);
    }

    makeSortable(heading) {
      const button = make("button", { type: "button" }, ...heading.childNodes);
      button.addEventListener("click", () => {
        this.order = this.order === heading.dataset.sort ? "-" + this.order : heading.dataset.sort;
        this.commit();
      });
      heading.append(button);
    }

    listen() {
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.field.addEventListener("input", () => this.type());
      this.form.addEventListener("change", (event) => {
        this.typing = false;
        if (event.target !== this.field) this.commit();
      });
      this.clear.addEventListener("click", () => {
        this.form.reset();
        this.order = "";
        this.commit();
        this.field.focus();
      });
      this.more.addEventListener("click", () => this.showMore().querySelector("a").focus());
    }

    async load(url) {
      try {
        if (!lists.has(url)) {
          const response = await fetch(url);
          if (!response.ok) throw new Error(response.statusText);
          lists.set(url, new List(await response.json()));
        }
        this.begin(lists.get(url));
      } catch (error) {
        this.count.textContent = `The search does not work: its list could not be loaded. ${this.atRest} without it.`;
      }
    }

    begin(list) {
      const { status, vendor } = this.form.elements;
      status.append(...list.statuses.map(([code, words]) => new Option(words, code)));
      vendor.append(...list.vendors.map((name, number) => new Option(name, list.vendor_slugs[number])));
      const choice = ([value, title]) => make("label", {}, make("input", { type: "checkbox", name: "feature", value }), " ", title);
      this.form.querySelector("fieldset").append(...list.facets.map(choice));
      this.list = list;
      const typed = this.field.value;
      this.restore();
      if (typed === this.field.value) return;
      this.field.value = typed; // while the list was on its way
      this.type();
    }

    // From the form to the address, and back.

    wanted() {
      const query = new URLSearchParams(new FormData(this.form));
      query.append("sort", this.order);
      for (const [name, value] of Array.from(query)) if (!value.trim()) query.delete(name, value);
      return query;
    }

    restore() {
      if (!this.list) return;
      const query = new URLSearchParams(location.search);
      this.field.value = query.get("search") ?? "";
      for (const name of ["status", "vendor"]) {
        const select = this.form.elements[name];
        select.value = query.get(name) ?? "";
        if (select.selectedIndex < 0) select.value = ""; // a filter that is no more
      }
      for (const box of this.form.querySelectorAll("[name=feature]")) box.checked = query.getAll("feature").includes(box.value);
      this.order = query.get("sort") ?? "";
      this.typing = false;
      this.show();
    }

    remember(anew) {
      const query = this.wanted().toString();
      const address = location.pathname + (query ? "?" + query : "");
      if (address === location.pathname + location.search) return;
      try {
        if (anew) history.pushState(null, "", address);
        else history.replaceState(history.state, "", address);
      } catch (error) {
        // browsers limit how often; the next change is written again
      }
    }

    // The first letter makes an entry in the history, which the next ones replace: going back leaves the search.
    type() {
      if (!this.list) return;
      this.remember(!this.typing);
      this.typing = true;
      this.frame ??= requestAnimationFrame(() => this.show());
    }

    commit() {
      if (!this.list) return;
      this.typing = false;
      this.remember(true);
      this.show();
    }

    // What the form says, on the page.

    show() {
      cancelAnimationFrame(this.frame);
      this.frame = undefined;
      const wanted = this.wanted();
      const text = wanted.get("search") ?? "";
      const query = parseQuery(text);
      const changed = wanted.toString() !== "";
      this.found = changed ? this.list.find(query.needles, wanted) : [];
      const nothing = changed && !this.found.length;
      this.count.textContent = changed ? `${NUMBER.format(this.found.length)} of ${counted(this.list.rows.length)}` : this.atRest;
      this.clear.hidden = !changed;
      this.box.hidden = nothing;
      this.advice.hidden = !nothing;
      this.advice.replaceChildren(...(nothing ? adviceFor(this.list, query, text, this.form.dataset.help) : []));
      if (this.steps) this.steps.hidden = changed;
      this.mark(wanted);
      this.more.hidden = true;
      if (changed) {
        this.replaceBody(make("tbody"));
        for (const part of this.rest) part.remove();
      }
      if (changed && !nothing) this.showMore();
      if (!changed && this.body !== this.serverBody) {
        this.replaceBody(this.serverBody);
        this.box.append(...this.rest);
      }
    }

    mark(wanted) {
      const features = wanted.getAll("feature").length;
      this.form.querySelector(".pr-find__chosen").textContent = features ? `(${features} chosen)` : "";
      for (const heading of this.headings) {
        const { sort } = heading.dataset;
        heading.removeAttribute("aria-sort");
        if (this.order === sort) heading.setAttribute("aria-sort", "ascending");
        if (this.order === "-" + sort) heading.setAttribute("aria-sort", "descending");
      }
    }

    replaceBody(body) {
      this.body.replaceWith(body);
      this.body = body;
    }

    // The next rows; the first of them.
    showMore() {
      const numbers = this.found.slice(this.body.rows.length, this.body.rows.length + STEP);
      const rows = numbers.map((number) => makeRow(this.list, this.list.rows[number], this.form.dataset));
      this.body.append(...rows);
      this.more.hidden = this.body.rows.length === this.found.length;
      return rows[0];
    }
  }

  let page = null;
  let place = null; // the path of which Material shows the page, or is about to

  const begin = () => {
    document$.subscribe(() => {
      const form = document.querySelector(".pr-find");
      if (!form) page = null;
      else if (!page || page.form !== form) page = new TablePage(form);
    });
    location$.subscribe(({ pathname }) => {
      place = pathname;
    });
  };

  // Material takes its first step back for one to another page and loads that. Who listens first is heard first:
  // main.html has this script before Material's.
  const stepBack = (event) => {
    if (!page || location.pathname !== page.path || location.pathname !== (place ?? page.path)) return;
    if (!location.hash) event.stopImmediatePropagation();
    page.restore();
  };
  // A link to another search: Material would undo it as a second click on the same page.
  const follow = (event) => {
    const link = page && event.target instanceof Element && event.target.closest("a[href]");
    if (!link || link.target || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.pathname !== page.path || link.href.includes("#")) return;
    event.preventDefault();
    event.stopPropagation();
    history.pushState(null, "", link.href);
    page.restore();
  };
  window.addEventListener("popstate", stepBack);
  document.addEventListener("click", follow, true);
  document.addEventListener("DOMContentLoaded", begin); // by then Material's has run
})();
