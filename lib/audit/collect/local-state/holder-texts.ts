/** What makes something to keep data in: a Map, an object, a list. */
const made =
  /=\s*(?:new\s+[\w.]*(?:Map|Set|LRU\w*|Cache|NodeCache|Object|Array)\b|Object\.create\(|\{|\[|[\w.]*(?:LRU|cache)\w*\()/
    .source
/** A name, and its type on the same line. */
const name = /#?([\w$]+)\s*[?!]?\s*(?::.*?)?/.source

const ofModule = new RegExp(`^(?:export\\s+)?(?:const|let|var)\\s+${name}${made}`, 'gim')
const ofFunction = new RegExp(`^[ \\t]+(?:const|let|var)\\s+${name}${made}`, 'gim')
/** In a list of declarations, in a class, or on `this`. */
const within = new RegExp(
  `(?:^\\s*,?\\s*|\\bthis\\.|\\b(?:private|protected|public|readonly|static|declare|accessor)\\s+)${name}${made}`,
  'gim',
)
/** Of the app or the process; or below a type of several lines. */
const ofProcess = new RegExp(
  `\\b(?:global|globalThis|app\\w*|server|koa)\\.(?:context\\.)?\\w+\\s*${made}|^[}\\])>].*?${made}`,
  'im',
)

const isAtTheMargin = /^(import|export|const|let|var|function|class|async|module|exports|if|app|router)\b/m
const handles =
  /\b_?(ctx|context|req|request|socket|ws|reply|websocket)\d?\b|\b(session|cookies)\b|function\s*\*|serializeUser|Strategy\b/
const browser = /\b(window|document)\.\w|from ['"](react|vue)['"]|require\(['"](react|vue)['"]\)/

/** A file of the server, and the texts of those that import it. */
export interface HolderText {
  readonly text: string
  readonly importers: () => readonly string[]
}

/** Whether a file may keep state that requests change: a look at its text, which costs less than parsing. */
export function mayHoldState({ text, importers }: HolderText): boolean {
  if (browser.test(text)) return false
  if (ofProcess.test(text)) return true
  const lasting = [ofModule, within, ...(handles.test(text) || !isAtTheMargin.test(text) ? [ofFunction] : [])]
  const names = new Set(lasting.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? '')))
  return [...names].some((each) => isChanged(each, text) || (isExported(each, text) && importers().some(changesAny)))
}

/** What is done to a name, and to what is looked up in it. */
const changes = (of: string) => {
  const inside = '(?:[?!]?\\.\\w+)'
  return new RegExp(
    [
      `${of}${inside}*[?!]?\\.?\\[`,
      `${of}${inside}+\\s*(?:[-+*/|&?]{0,2}=[^=>]|\\+\\+|--)`,
      `${of}${inside}*[?!]?\\.(?:set|add|push|unshift|put|setItem|get|peek|find|at|concat)\\s*\\(`,
      `\\.\\.\\.\\s*(?:\\w+\\.)*${of}`,
      `(?:\\+\\+|--|\\bObject\\.assign\\(|\\bdelete)\\s*(?:\\w+\\.)*${of}`,
    ].join('|'),
  )
}

const isChanged = (name: string, text: string) =>
  changes(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)

const anyChange = changes('(?<![\\w$])(?!(?:ctx|context|res|response|req|request|exports|module)\\b)[\\w$]+(?![\\w$])')
const changesAny = (text: string) => anyChange.test(text)

function isExported(name: string, text: string): boolean {
  const word = `(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`
  return new RegExp(
    `\\bexport\\s+(?:default\\s+|const\\s+|let\\s+|var\\s+)${word}|\\bexport\\s*\\{[^}]*${word}|exports[\\w.]*\\s*=\\s*${word}|exports\\s*=\\s*\\{[^]*${word}`,
  ).test(text)
}
