// A module of its own, so that it can be loaded late: a bundle gives names of CommonJS packages to static imports only.
export { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml'
