// A module of its own, so that it can be loaded late.
export { parse } from 'acorn'
