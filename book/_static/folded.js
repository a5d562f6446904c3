/* What is unfolded may scroll. The theme lets the keyboard reach what scrolled when it last measured:
   at the start, and when the window changes. */
(() => {
  "use strict";
  const measure = () => requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
  document.addEventListener("toggle", measure, true); // details
  document.addEventListener("click", (event) => {
    if (event.target.closest(".toggle")) measure(); // boxes of the toggle button
  });
})();
