// Looks for words in the records of all posts, in the reader's browser.
(() => {
  const form = document.querySelector(".search");
  const field = form.elements.q;
  const status = document.querySelector(".search-status");
  const list = document.querySelector(".search-results");
  const MOST = 50, BEFORE = 60, AROUND = 200;
  let records;

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const load = () => records ||= fetch(form.dataset.records)
    .then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status))
    .then((found) => Object.values(found).map((one) => ({ ...one, inTitle: fold(one.title), inText: fold(one.content) })));

  const score = (one, words) => {
    let sum = 0;
    for (const word of words) {
      const title = one.inTitle.includes(word), times = one.inText.split(word).length - 1;
      if (!title && !times) return 0;
      sum += title * 20 + Math.min(times, 10);
    }
    return sum;
  };

  const marked = (text, words) => {
    const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    return text.split(new RegExp(`(${pattern})`, "giu")).map((piece, index) => {
      if (index % 2 === 0) return piece;
      const mark = document.createElement("mark");
      mark.textContent = piece;
      return mark;
    });
  };

  const excerpt = (one, words) => {
    const places = words.map((word) => one.inText.indexOf(word)).filter((place) => place >= 0);
    const from = Math.max(0, (places.length ? Math.min(...places) : 0) - BEFORE);
    const start = from && one.content.indexOf(" ", from) + 1;
    const end = start + AROUND;
    return (start ? "… " : "") + one.content.slice(start, end) + (end < one.content.length ? " …" : "");
  };

  const item = (one, words) => {
    const entry = document.createElement("li"), title = document.createElement("h2");
    const link = document.createElement("a"), summary = document.createElement("p");
    entry.className = "card";
    title.className = "card-title";
    link.href = form.dataset.base + one.relUrl;
    link.append(...marked(one.title, words));
    title.append(link);
    summary.className = "card-summary";
    summary.append(...marked(excerpt(one, words), words));
    entry.append(title, summary);
    if (one.date) {
      const facts = document.createElement("p");
      facts.className = "card-facts";
      facts.textContent = one.date;
      entry.append(facts);
    }
    return entry;
  };

  const search = async () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    history.replaceState(null, "", words.length ? `?q=${encodeURIComponent(field.value)}` : location.pathname);
    if (!words.length) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    const asked = field.value;
    try {
      const all = await load();
      if (asked !== field.value) return;
      const found = all.map((one) => [score(one, words), one]).filter(([sum]) => sum)
        .sort((a, b) => b[0] - a[0]).slice(0, MOST);
      list.replaceChildren(...found.map(([, one]) => item(one, words)));
      status.textContent = found.length === 1 ? "1 page found" : `${found.length || "No"} pages found`;
    } catch {
      records = undefined;
      status.textContent = "The search records could not be loaded. Try again in a moment.";
    }
  };

  form.onsubmit = (event) => { event.preventDefault(); search(); };
  field.oninput = search;
  field.value = new URLSearchParams(location.search).get("q") || "";
  if (field.value) search();
})();
