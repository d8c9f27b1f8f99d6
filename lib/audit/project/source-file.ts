/** JavaScript and TypeScript, and the programs that people put into bin/ without an ending: `bin/www`. */
export const isSourceFile = (file: string): boolean =>
  /\.([cm]?[jt]s|[jt]sx)$/.test(file) || /(^|\/)bin\/[\w-]+$/.test(file)
