// Material makes a navigation of each copy button. A page has dozens, so that
// who moves by landmarks with a screen reader would find nothing else.

const nameless = ".md-code__nav:not([role])"

new MutationObserver(() => {
  for (const nav of document.querySelectorAll(nameless))
    nav.setAttribute("role", "none")
}).observe(document.body, { childList: true, subtree: true })
