// Colours and text size, chosen by the reader and kept on this device. Runs before the first paint, so nothing flashes.
(() => {
  const root = document.documentElement;
  const kinds = ["appearance", "text"];
  const kept = (kind) => {
    try {
      return localStorage.getItem(`centre-${kind}`) || "";
    } catch {
      return "";
    }
  };
  const keep = (kind, value) => {
    try {
      if (value) localStorage.setItem(`centre-${kind}`, value);
      else localStorage.removeItem(`centre-${kind}`);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  };
  const apply = (kind, value) => {
    if (value) root.dataset[kind] = value;
    else delete root.dataset[kind];
  };
  const applyKept = () => kinds.forEach((kind) => apply(kind, kept(kind)));
  applyKept();

  const wire = () => {
    const control = document.querySelector("[data-appearance-control]");
    if (!control) return;
    const show = () => {
      for (const kind of kinds) {
        for (const input of control.querySelectorAll(`[name=${kind}]`)) input.checked = input.value === kept(kind);
      }
    };
    show();
    control.hidden = false;
    control.addEventListener("change", ({ target }) => {
      keep(target.name, target.value);
      apply(target.name, target.value);
    });
    // A choice made in another tab, or before coming back to a page the browser had kept.
    addEventListener("storage", () => (applyKept(), show()));
    addEventListener("pageshow", ({ persisted }) => persisted && (applyKept(), show()));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wire);
  else wire();
})();
