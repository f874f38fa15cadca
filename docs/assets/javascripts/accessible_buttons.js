// What Material's buttons lack for people who use no mouse.

// Each copy button stands in a navigation of its own, which a screen reader
// lists as a landmark; and the button's name is a title, which is empty while
// the tooltip shows it.
const nameless = ".md-code__nav:not([role])"

new MutationObserver(() => {
  for (const nav of document.querySelectorAll(nameless)) {
    nav.setAttribute("role", "none")
    for (const button of nav.children)
      button.setAttribute("aria-label", button.title)
  }
}).observe(document.body, { childList: true, subtree: true })

// The menu and the search of a narrow window open with labels, which react to
// a mouse or a finger, but not to a key. So put a button into each.
for (const label of document.querySelectorAll("header :is([for=__drawer], [for=__search]).md-header__button")) {
  const button = document.createElement("button")
  button.setAttribute("aria-label", label.title)
  button.append(...label.childNodes)
  button.addEventListener("click", () => label.control.click())
  label.append(button)
}

// A block gets its copy button when it is first seen (`content.lazy`). But
// with the keyboard, one goes from button to button, past blocks that were not
// seen yet. So at the first Tab, report all blocks as seen.
window.IntersectionObserver = class extends IntersectionObserver {
  blocks = new Set()

  constructor(callback, options) {
    super(callback, options)
    const tab = ({ key }) => {
      if (key !== "Tab") return
      removeEventListener("keydown", tab)
      callback([...this.blocks].map((target) => ({ target, isIntersecting: true })))
    }
    addEventListener("keydown", tab)
  }

  observe(target) {
    if (target.matches("pre > code")) this.blocks.add(target)
    super.observe(target)
  }
}
