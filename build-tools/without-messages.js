import { parse } from '@babel/parser'

/** Babel's source with its error messages empty: nobody here reads them, and they are a tenth of it. */
export function withoutMessages(source) {
  const messages = parse(source).program.body.flatMap(templatesOf)
  if (messages.length < 200)
    throw new Error('@babel/parser no longer keeps its messages in objects that end in Errors.')
  return messages
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => `${text.slice(0, start)}''${text.slice(end)}`, source)
}

/** The values in `var StandardErrors = { Name: 'message' }` and in `const FlowErrors = ParseErrorEnum`flow`({ … })`. */
function templatesOf({ declarations = [] }) {
  return declarations
    .filter(({ id, init }) => init && /Errors$/.test(id.name ?? ''))
    .flatMap(({ init }) => [init, ...(init.type === 'CallExpression' ? init.arguments : [])])
    .flatMap(({ type, properties }) => (type === 'ObjectExpression' ? properties : []))
    .map(({ value }) => value)
    .filter(({ type }) => type !== 'ObjectExpression')
}
