// Material puts each copy button into a navigation of its own, so that who
// moves by landmarks with a screen reader would find little else; and it names
// the button by a title, which is gone while the tooltip shows it.

const nameless = ".md-code__nav:not([role])"

new MutationObserver(() => {
  for (const nav of document.querySelectorAll(nameless)) {
    nav.setAttribute("role", "none")
    for (const button of nav.children)
      button.setAttribute("aria-label", button.title)
  }
}).observe(document.body, { childList: true, subtree: true })
