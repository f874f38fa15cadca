// Material's search worker, with Chinese queries cut into words, question
// words left out, mistyped English words mended, and what is found ranked anew.
//
// On its own, the worker never tries a word that reaches the end of the query:
// 进程池 and 进程间通信 both searched for 进程. So cut the query here, into the
// longest beginnings of words in the index, and put a backslash before each
// letter: the worker then cuts no further, and lunr reads the letter itself.
// Cut where the script changes, too, as in 什么是GIL, and leave out words that
// only ask: 区别, 不, or the a of a message, found any heading with such a word.
//
// This file stands beside the worker, whose own imports are relative; main.html
// names the worker after the question mark.

const CHINESE = /\p{Script=Han}+/gu
const LATIN = /(?<!\w)[a-z]+(?![\w~^*:])/gi
const SIGN = /(?<!\S)[-+*:^~]+/g // lunr takes -9 as: no 9
const ASKING = (
  "了 吗 呢 不 是 有 在 里 会 能 要 用 什么 意思 为什么 怎么 怎样 怎么办 如何 时候 区别 作用 处理 " +
  "还 还要 需要 多少 应该 使用 用法 原理 哪些 对比 " +
  "a an the in of to on is are was be has that it only can vs how what why when difference between").split(" ")
const SETUP = 0
const QUERY = 2

// As 进程线程区别 asks for 进程和线程的区别, both without what may be left out.
const plain = text => text.replace(/[的和与跟]/g, "")
const beginnings = new Map()
const boosts = new Map()

function learn({ location, title, text, boost = 1 }) {
  boosts.set(location, boost)
  const words = `${title} ${text}`.toLowerCase()
  for (const [word] of words.matchAll(/\p{Script=Han}+|[a-z\d]+/gu))
    for (let end = word.length; end; end--)
      beginnings.set(plain(word.slice(0, end)), word.slice(0, end))
}

// Pages say 次序 for 顺序: see terms.toml.
function cut(asked) {
  const run = plain(asked).replaceAll("顺序", "次序")
  const words = []
  for (let start = 0, end; start < run.length; start = end) {
    end = start + 1
    while (end < run.length && beginnings.has(run.slice(start, end + 1))) end++
    words.push(beginnings.get(run.slice(start, end)) ?? run[start])
  }
  const sought = words.filter(word => !ASKING.includes(word))
  return ` ${sought.join(" ").replace(/\S/gu, "\\$&")} `
}

// A word that no word in the index begins with may be mistyped: allow lunr one
// wrong letter, or two swapped ones.
function mend(word) {
  const known = word.toLowerCase()
  if (ASKING.includes(known)) return ""
  return word.length < 5 || beginnings.has(known) ? word : `${word}~1`
}

// To lunr, a heading counts a thousand times as much as a text: 异步 input found
// each page with 异步 in its title before the section that has both words. Here,
// rare words count for more, and who lacks some words gets only that share. A
// section has its page's title, too, and mentions the words of its chapter's.
function rank(found, query) {
  const words = query.toLowerCase().match(/[^\s\\+*~]+/g) ?? []
  const gains = new Map()
  const holders = new Map()
  for (const { ref, matchData: { metadata } } of found) {
    const gain = new Map()
    for (const term in metadata) {
      const whole = words.includes(term)
      const word = whole ? term : words.find(word => term.startsWith(word)) // none if mistyped
      const heading = whole ? 8 : 5
      gain.set(word, Math.max(gain.get(word) ?? 0, metadata[term].title ? heading : 1))
    }
    for (const word of gain.keys()) holders.set(word, (holders.get(word) ?? 0) + 1)
    gains.set(ref, gain)
  }
  for (const result of found) {
    const [own, page, chapter] = [/.*/, /[^#]*/, /[^/]*\//].map(part => gains.get(result.ref.match(part)?.[0]))
    let [all, sum, share] = [0, 0, 0]
    for (const [word, count] of holders) {
      const rarity = Math.log(1 + boosts.size / count)
      const gain = Math.max(own.get(word) ?? 0, page?.get(word) > 1 ? page.get(word) : chapter?.get(word) > 1)
      all += rarity
      sum += rarity * gain
      share += rarity * !!gain
    }
    result.score = (sum * share) / all ** 2 * boosts.get(result.ref) + result.score / 1e9
  }
  return found
}

// This runs before the worker's own listener, which gets the same message.
addEventListener("message", ({ data: message }) => {
  if (message.type === SETUP) {
    [...message.data.docs, { title: ASKING.join(" "), text: "" }].forEach(learn)
    const { search } = lunr.Index.prototype
    lunr.Index.prototype.search = function (query) { return rank(search.call(this, query), query) }
  }
  if (message.type === QUERY)
    message.data =
      message.data.replace(SIGN, "").replace(CHINESE, cut).replace(LATIN, mend).trim() || message.data
})

// Read from a folder, this runs in a frame, whose location is that of the page.
const own = self.document?.currentScript.src ?? location.href
importScripts(new URL(own.split("?")[1], own).href)
