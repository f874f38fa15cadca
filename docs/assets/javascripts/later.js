// What is not needed at once waits.

// The search index weighs as much as all else on a page, and Material asks for
// it at once. Let it wait until someone opens the search, or comes from it.
const index = /\/search\/search_index\.json$/
const wanted = new Promise((resolve) => {
  if (location.search) resolve()
  addEventListener("change", ({ target }) => {
    if (target.id === "__search") resolve()
  })
})

window.XMLHttpRequest = class extends XMLHttpRequest {
  open(method, url) {
    this.ready = index.test(url) ? wanted : null
    super.open(method, url)
  }

  send(body) {
    if (this.ready) this.ready.then(() => super.send(body))
    else super.send(body)
  }
}

// A block gets its copy button when it is first seen (`content.lazy`). Who
// goes from button to button by the keyboard has seen none of those to come:
// to the first Tab, let all be seen.
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
