/** Pages have no style inside them, so that nothing that got into one can be any. */
export const STYLE_PATH = "/docs/style.css";

/** Of the page of the API's document; light or dark as the reader's system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c2024, #e6e8ea);
  --quiet: light-dark(#5c6670, #9aa4ae);
  --back: light-dark(#fff, #14171a);
  --raised: light-dark(#f5f6f8, #1c2126);
  --line: light-dark(#dde1e6, #2d343b);
  --link: light-dark(#0b5cad, #7ab7ff);
  --good: light-dark(#1a7f37, #4cc266);
  --bad: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; display: grid; grid-template-columns: 15rem minmax(0, 1fr);
  font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
}
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere; }
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem;
  background: var(--raised); border-right: 1px solid var(--line); font-size: 0.875rem;
}
nav .home { font-weight: 600; font-size: 1rem; color: var(--text); }
nav h2 { margin: 1rem 0 0.25rem; font-size: 0.8125rem; text-transform: capitalize; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a { display: block; padding: 0.125rem 0; color: var(--quiet); }
main { padding: 1.5rem 2rem 6rem; max-width: 60rem; }
h1 small { font-weight: 400; color: var(--quiet); font-size: 1rem; }
h2.group { margin-top: 3rem; text-transform: capitalize; border-bottom: 1px solid var(--line); }
section { margin: 1rem 0; padding: 0.25rem 1.25rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
section:target { border-color: var(--link); }
h3 { margin: 0.75rem 0 0.5rem; font-size: 1.0625rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.9375rem; }
p { margin: 0.5rem 0; }
.quiet { color: var(--quiet); font-size: 0.875rem; font-weight: 400; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 3.75rem; font: 600 0.8125rem ui-monospace, monospace; color: var(--link); }
.method.delete { color: var(--bad); }
.status { font: 600 0.875rem ui-monospace, monospace; color: var(--bad); }
.status.s2 { color: var(--good); }
dl { margin: 0.25rem 0; }
dt { padding-top: 0.375rem; border-top: 1px solid var(--line); }
dd { margin: 0 0 0.375rem 1.25rem; }
dl dl, .option { margin-top: 0.375rem; }
.option + .option { margin-top: 1rem; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
  nav .home { width: 100%; }
  nav h2 { margin: 0; font-size: 1rem; }
  nav ul { display: none; }
  main { padding: 1rem 1rem 4rem; }
  section { padding: 0.25rem 0.875rem 0.875rem; }
}
`;
