// Small comforts: a theme switch, copy buttons, an open table of contents. Every page works without them.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const toggle = document.querySelector(".theme-toggle");
  if (toggle) toggle.onclick = () => {
    const system = dark.matches ? "dark" : "light";
    const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
    if (next === system) delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === system) localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {}
  };

  const contents = document.querySelector(".toc details");
  if (contents && matchMedia("(min-width: 80rem)").matches) contents.open = true;

  // What scrolls sideways has to be reached by the keyboard, too.
  document.querySelectorAll(".prose :is(math, table)").forEach((box) => {
    if (box.getBoundingClientRect().width <= box.parentElement.clientWidth + 1 && box.scrollWidth <= box.clientWidth + 1) return;
    if (box.closest(".table-scroll")) return;
    box.classList.add("wide");
    box.tabIndex = 0;
  });

  if (navigator.clipboard) document.querySelectorAll(".prose .highlight").forEach((block) => {
    const code = block.querySelector("code, pre");
    if (!code) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.onclick = async () => {
      const shown = code.cloneNode(true);
      shown.querySelectorAll(".lineno").forEach((number) => number.remove());
      await navigator.clipboard.writeText(shown.textContent.replace(/\n$/, ""));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    };
    block.append(button);
  });
})();
