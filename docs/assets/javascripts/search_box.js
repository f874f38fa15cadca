// The search index is as large as the rest of a page, and Material requests it
// at once. Hold it back until someone opens the search, or arrives from it.
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

// Material searches once a key is released, but a word may come without one:
// pasted, or spoken.
addEventListener("input", ({ target }) => {
  if (target.matches(".md-search__input")) target.dispatchEvent(new Event("keyup"))
})
