import { readFileSync } from 'node:fs'
import { withoutMessages } from './without-messages.js'

/** What Babel does to every node for other readers of its trees, and what it does instead. */
const dropped = [
  // Hides `index` in each location, which takes a third of its time. Nothing here lists locations.
  [/const toUnenumerable = \(object, key\) => \{[\s\S]*?\n\};/, 'const toUnenumerable = () => {};'],
  // Writes out what is not there (`optional: false`, `decorators: []`) for ESLint, in TypeScript only.
  [/fillOptionalPropertiesForTSESLint\(node\) \{\s*var [\s\S]*?\n {2}\}/, 'fillOptionalPropertiesForTSESLint() {}'],
  // Takes a field away again, which makes a slow and large table of the node: every literal, block and method.
  [/delete node\.extra;/, 'node.extra = undefined;'],
  [/delete node\.directives;/, 'node.directives = undefined;'],
  [/delete funcNode\.kind;/, 'funcNode.kind = undefined;'],
  // Leaves no room for what every node is given later: the node above it.
  [/this\.loc = new SourceLocation\(loc\);/, 'this.loc = new SourceLocation(loc); this.parent = undefined;'],
]

/** Plugin of esbuild: Babel without that. */
export const quickEstree = {
  name: 'quick-estree',
  setup(build) {
    build.onLoad({ filter: /[/\\]@babel[/\\]parser[/\\]lib[/\\]index\.js$/ }, ({ path }) => {
      let contents = withoutMessages(readFileSync(path, 'utf8'))
      for (const [found, instead] of dropped) {
        if (!found.test(contents))
          throw new Error(`${path} no longer has ${found}: see whether leaving it out is still needed.`)
        contents = contents.replace(found, instead)
      }
      return { contents, loader: 'js' }
    })
  },
}
