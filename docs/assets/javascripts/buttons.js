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

// The menu and the search of a narrow window open with labels, which a mouse
// and a finger press, but no key. So each holds a button.
for (const label of document.querySelectorAll("header :is([for=__drawer], [for=__search]).md-header__button")) {
  const button = document.createElement("button")
  button.setAttribute("aria-label", label.title)
  button.append(...label.childNodes)
  button.addEventListener("click", () => label.control.click())
  label.append(button)
}
