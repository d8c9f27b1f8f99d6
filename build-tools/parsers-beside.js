import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { quickEstree } from './quick-estree.js'

/** The packages that lib/audit/files/parsers.ts loads when one is first asked for, and their files beside the bundle. */
const parsers = { '@babel/parser': 'babel.cjs', 'acorn-loose': 'acorn-loose.cjs', acorn: 'acorn.cjs', yaml: 'yaml.cjs' }

/** Plugin of esbuild: has the parsers loaded from beside the bundle. */
export const parsersBeside = {
  name: 'parsers-beside',
  setup(build) {
    build.onLoad({ filter: /[/\\]files[/\\]parsers\.ts$/ }, ({ path }) => ({
      contents: Object.entries(parsers).reduce(
        (text, [name, file]) => text.replace(`require('${name}')`, `require('./${file}')`),
        readFileSync(path, 'utf8'),
      ),
      loader: 'ts',
    }))
  },
}

/** Writes these files; the loose Acorn shares the other's. Answers esbuild's metafiles. */
export async function writeParsers(outdir) {
  const written = Object.entries(parsers).map(([name, file]) =>
    build({
      entryPoints: [name],
      outfile: `${outdir}/${file}`,
      bundle: true,
      minify: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      legalComments: 'none',
      plugins: [quickEstree, ...(name === 'acorn-loose' ? [acornBeside] : [])],
      metafile: true,
    }),
  )
  return (await Promise.all(written)).map(({ metafile }) => metafile)
}

const acornBeside = {
  name: 'acorn-beside',
  setup(build) {
    build.onResolve({ filter: /^acorn$/ }, () => ({ path: `./${parsers.acorn}`, external: true }))
  },
}
