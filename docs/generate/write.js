import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { pages } from './pages.js'

const docs = new URL('../', import.meta.url)
const rules = new URL('rules/', docs)

mkdirSync(rules, { recursive: true })
for (const name of readdirSync(rules)) if (!Object.hasOwn(pages, `rules/${name}`)) rmSync(new URL(name, rules))
for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(name, docs), text)
