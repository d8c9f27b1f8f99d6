import { createRequire } from 'node:module'

export type Acorn = typeof import('acorn')
export type Babel = typeof import('@babel/parser')
export type Yaml = typeof import('yaml')
type LooseAcorn = Pick<typeof import('acorn-loose'), 'parse'>

// Not imported: each is large, and many apps do with one. The bundle has them in files of their own (build-tools/parsers-beside.js).
const require = createRequire(import.meta.url)

export const acorn = (): Acorn => require('acorn')
export const looseAcorn = (): LooseAcorn => require('acorn-loose')
export const babel = (): Babel => require('@babel/parser')
export const yaml = (): Yaml => require('yaml')
