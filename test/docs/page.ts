import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { projectRoot } from '../project.js'

/** A code block. The first line may name its file: `// my-store.js`, `# nginx.conf`. */
export interface Block {
  language: string
  /** The words after the language. */
  marks: readonly string[]
  code: string
  /** The line of the page where the code begins. */
  line: number
  /** The words of the heading above it. */
  heading: string
  file: string
}

export interface Page {
  /** Relative to the project, such as `docs/stores.md`. */
  path: string
  blocks: Block[]
  links: string[]
  /** The fragments by which its headings can be linked to. */
  anchors: Set<string>
}

/** Everything written for readers, but the pages of single rules: README first, then what lies beside it, docs/, examples/. */
export function readPages(): Page[] {
  const examples = readdirSync(join(projectRoot, 'examples')).map((name) => `examples/${name}/README.md`)
  const others = ['.', 'docs', 'docs/from'].flatMap(pagesIn).filter((path) => path !== 'README.md')
  return ['README.md', ...others, ...examples.filter((path) => existsSync(join(projectRoot, path)))].map(readPage)
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith('.md'))
  return names.map((name) => posix.join(folder, name))
}

function readPage(path: string): Page {
  const text = readFileSync(join(projectRoot, path), 'utf8')
  const prose = text.replace(fence, '')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return { path, blocks: blocksOf(text), links, anchors: new Set(headingsIn(text).map(anchorOf)) }
}

function headingsIn(text: string): string[] {
  return [...text.replace(fence, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
}

const fence = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm

function blocksOf(text: string): Block[] {
  return [...text.matchAll(fence)].map(({ 1: language = '', 2: info = '', 3: code = '', index }) => {
    const above = text.slice(0, index)
    const line = above.split('\n').length + 1
    const file = fileNamedIn(language, code) ?? `block-${line}.${language}`
    const heading = headingsIn(above).at(-1) ?? ''
    return { language, marks: info.trim().split(' '), code, line, heading, file }
  })
}

// In a shell block, a first comment of one word is no file.
function fileNamedIn(language: string, code: string): string | undefined {
  return /^(?:\/\/ ([\w.-]+\.[cm]?[jt]s)|# ([\w.-]+))\n/
    .exec(language === 'sh' ? '' : code)
    ?.slice(1)
    .find(Boolean)
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
