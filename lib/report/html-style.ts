/** The look of the page: light and dark by the reader's setting, and on paper. */
export const htmlStyle = `
:root { color-scheme: light dark; --page: #fff; --ink: #1d232b; --soft: #57606c; --line: #d9dee5; --panel: #f5f7f9;
  --error: #b3261e; --warning: #8a5a00; --note: #1d5fa8; --good: #1b7340; --ins: #e3f5e7; --del: #fdeaea; --mark: #ffe9a8 }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --ink: #e4e8ed; --soft: #9aa4b0; --line: #303842;
  --panel: #1c2229; --error: #ff8a80; --warning: #f2bd5a; --note: #86b9f5; --good: #74d39a; --ins: #12331f; --del: #3d1d1d;
  --mark: #5b4a12 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word }
h1 { font-size: 1.7rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 1rem; padding-top: 1rem;
  border-top: 1px solid var(--line) } h3 { font-size: 1rem; margin: 0 }
p { margin: .5rem 0 } code, pre { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace }
code { background: var(--panel); padding: .1em .3em; border-radius: 4px }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto }
pre ins, pre del { display: inline-block; min-width: 100%; text-decoration: none } pre ins { background: var(--ins) }
pre del { background: var(--del) } pre i { color: var(--soft); font-style: normal } mark { background: var(--mark); color: inherit }
a { color: var(--note) } .soft { color: var(--soft) }
.verdict { margin: 1rem 0; padding: .8rem 1rem; border-left: 5px solid var(--warning); background: var(--panel);
  border-radius: 0 6px 6px 0 } .verdict.ready { border-color: var(--good) } .verdict.not-ready { border-color: var(--error) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1rem 0 } dt { color: var(--soft) }
dd { margin: 0 } nav ol { padding-left: 1.5rem; columns: 2 18rem; margin: .5rem 0 }
article { border: 1px solid var(--line); border-left: 5px solid var(--note); border-radius: 6px; padding: .8rem 1rem;
  margin: 1rem 0 } article.error { border-left-color: var(--error) } article.warning { border-left-color: var(--warning) }
.tag { font-size: .8rem; font-weight: 600; color: var(--note); text-transform: uppercase; letter-spacing: .03em }
.error > .tag { color: var(--error) } .warning > .tag { color: var(--warning) }
.label { font-size: .8rem; font-weight: 600; color: var(--soft); margin: .8rem 0 0 } .label + p { margin-top: 0 }
ul.todo { list-style: none; padding: 0 } ul.todo li { padding-left: 1.6rem; position: relative; margin: .5rem 0 }
ul.todo li::before { content: ''; position: absolute; left: 0; top: .3em; width: .85rem; height: .85rem;
  border: 1.5px solid var(--soft); border-radius: 3px }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .6rem } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt } article, pre { break-inside: avoid }
  h2 { break-after: avoid } nav { display: none } pre { white-space: pre-wrap } a { color: inherit } }
`
