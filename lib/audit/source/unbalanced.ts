/** Comments, texts, templates and regular expressions: brackets in them open nothing. */
const literals =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[=(,:;!&|?{}[\n]\s*|\breturn\s+|=>\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g

const pairs = ['()', '[]', '{}']
const conflict = /^(<{7}|>{7}) /m

/**
 * Whether source may be broken: as many brackets close as open in what is sound. A glance, which costs less than parsing; nested
 * templates can deceive it either way.
 */
export function isUnbalanced(text: string): boolean {
  if (conflict.test(text)) return true
  const bare = text.replace(literals, '')
  return pairs.some(([open = '', close = '']) => count(bare, open) !== count(bare, close))
}

function count(text: string, what: string): number {
  let found = 0
  for (let at = text.indexOf(what); at !== -1; at = text.indexOf(what, at + 1)) found++
  return found
}
