/* Definitions of terms: shown under the pointer, the keyboard's focus or a finger; Escape hides them.
   The first touch shows, the second follows the link. */
(() => {
  "use strict";
  const GAP = 6;
  let open = null;

  function hide() {
    if (open) open.tip.hidden = true;
    open = null;
  }

  function place(link, tip) {
    const word = link.getClientRects()[0];
    const width = document.documentElement.clientWidth;
    const box = tip.getBoundingClientRect();
    const left = Math.min(Math.max(word.left, GAP), Math.max(width - box.width - GAP, GAP));
    const below = word.bottom + GAP;
    const fits = below + box.height <= window.innerHeight || word.top < box.height + GAP;
    tip.style.left = `${left}px`;
    tip.style.top = `${fits ? below : word.top - box.height - GAP}px`;
  }

  function show(link) {
    const tip = document.getElementById(link.getAttribute("aria-describedby"));
    if (!tip || (open && open.link === link)) return;
    hide();
    tip.hidden = false;
    open = { link, tip };
    place(link, tip);
  }

  // A definition stays while the pointer is on its word or on the definition itself.
  function leave(event) {
    if (!open || open.link === document.activeElement) return;
    const to = event.relatedTarget;
    if (!(to instanceof Node) || !(open.tip.contains(to) || open.link.contains(to))) hide();
  }

  function start() {
    for (const link of document.querySelectorAll("a.regspec-term")) {
      let touched = false;
      link.addEventListener("pointerenter", (e) => e.pointerType !== "touch" && show(link));
      link.addEventListener("pointerleave", leave);
      link.addEventListener("pointerdown", (e) => {
        touched = e.pointerType === "touch" && !(open && open.link === link);
      });
      link.addEventListener("click", (e) => {
        if (!touched) return;
        touched = false;
        e.preventDefault();
        show(link);
      });
      link.addEventListener("focus", () => touched || show(link));
      link.addEventListener("blur", hide);
    }
    for (const tip of document.querySelectorAll(".regspec-tip")) {
      tip.addEventListener("pointerleave", leave);
      tip.addEventListener("pointerdown", (e) => e.preventDefault());
    }
    document.addEventListener("keydown", (e) => e.key === "Escape" && hide());
    document.addEventListener("pointerdown", (e) => {
      if (open && !open.tip.contains(e.target) && !open.link.contains(e.target)) hide();
    });
    window.addEventListener("scroll", () => open && place(open.link, open.tip), { passive: true });
    window.addEventListener("resize", hide);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
