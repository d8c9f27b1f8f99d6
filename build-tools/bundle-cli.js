import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { libraryBeside } from './library-beside.js'
import { licencesOf } from './licences.js'
import { parsersBeside, writeParsers } from './parsers-beside.js'
import { withoutSamples } from './without-samples.js'

/** The command line with all it needs but the library and what apps install anyway; parts loaded when wanted. */
const { metafile } = await build({
  entryPoints: { 'koa-shared-session': 'lib/cli/main.ts' },
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['ioredis', 'fs-extra', 'koa', 'koa-session', 'on-headers'],
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  plugins: [withoutSamples, libraryBeside, parsersBeside],
  metafile: true,
  banner: { js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);" },
})

/** What `serve` loads into each worker before the app: one file, so that it costs little. */
await build({
  entryPoints: ['lib/cluster/worker/preload.ts'],
  outfile: 'dist/bin/worker.cjs',
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['on-headers'],
  legalComments: 'none',
})

const metafiles = [metafile, ...(await writeParsers('dist/bin'))]
writeFileSync('dist/bin/THIRD_PARTY_LICENSES.txt', licencesOf(metafiles))
