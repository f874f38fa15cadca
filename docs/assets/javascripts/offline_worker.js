// A page that is read from a folder, without a server, can't start a worker,
// and the search is one. So a hidden frame does its work. If Material's worker
// finds an IFrameWorker, it looks for its own files from there.

if (location.protocol === "file:")
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      this.inside = frame.contentWindow
      this.loaded = Promise.resolve()
      this.inside.postMessage = (data) => {
        const message = new MessageEvent("message", { data: structuredClone(data) })
        this.dispatchEvent(message)
        this.onmessage?.(message) // Zensical listens like this
      }
      this.inside.importScripts = (...urls) => {
        for (const url of urls)
          this.loaded = this.loaded.then(() => this.load(url))
        return this.loaded
      }
      this.inside.importScripts(url)
    }

    load(url) {
      const script = this.inside.document.createElement("script")
      script.src = url
      return new Promise((done) => {
        script.onload = done
        this.inside.document.body.append(script)
      })
    }

    terminate() {}

    async postMessage(data) {
      // A script that has loaded may have asked for more.
      for (let seen; seen !== this.loaded; ) await (seen = this.loaded)
      this.inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }))
    }
  }
