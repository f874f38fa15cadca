// What Material's buttons lack for who has no mouse.

// Each copy button stands in a navigation of its own, so that who moves by
// landmarks with a screen reader would find little else; and its name is a
// title, which is gone while the tooltip shows it.
const nameless = ".md-code__nav:not([role])"

new MutationObserver(() => {
  for (const nav of document.querySelectorAll(nameless)) {
    nav.setAttribute("role", "none")
    for (const button of nav.children)
      button.setAttribute("aria-label", button.title)
  }
}).observe(document.body, { childList: true, subtree: true })

// The labels that main.html makes buttons of are pressed by the space bar too.
addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("label[role=button]")) return
  event.preventDefault()
  event.target.click()
})
