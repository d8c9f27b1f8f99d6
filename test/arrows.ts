/** Which folders of lib/ each folder may import from, besides itself. A folder that is not here fails the test. */
export const arrows: Record<string, readonly string[]> = {
  core: [],
  stores: ['core'],
  plugin: ['core', 'stores'],
  cluster: ['core'],
  audit: ['core'],
  report: ['audit'],
  cli: ['core', 'stores', 'plugin', 'cluster', 'audit', 'report'],
  'index.ts': ['core', 'stores', 'plugin'],
}
