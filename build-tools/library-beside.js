import { join, relative, resolve } from 'node:path'

const lib = resolve('lib')
const published = /^(core|stores|plugin)\//

/**
 * Plugin of esbuild: what is published as the library anyway is imported from there, and not carried a second time. Every
 * output of the bundle has to be in dist/bin/ itself, so that `../` is dist/.
 */
export const libraryBeside = {
  name: 'library-beside',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = relative(lib, join(resolveDir, path)).replaceAll('\\', '/')
      return published.test(file) ? { path: `../${file}`, external: true } : undefined
    })
  },
}
