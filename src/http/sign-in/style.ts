/** Beside the page, which has no style inside it. The colours are the console's. */
export const SIGN_IN_STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f5f6f8, #0b0e12);
  --card: light-dark(#ffffff, #12161c);
  --line: light-dark(#e2e5ea, #232a34);
  --edge: light-dark(#868e9b, #657080);
  --text: light-dark(#151920, #e9ecf1);
  --quiet: light-dark(#48515f, #b0b8c4);
  --solid: light-dark(#1b2029, #e9ecf1);
  --on-solid: light-dark(#ffffff, #12161c);
  --here: light-dark(#ad3f0c, #ff9f60);
  --bad: light-dark(#b0181f, #ff9090);
  --bad-soft: light-dark(#fdebeb, #321619);
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 14px;
  font: 13px/20px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: var(--text); background: var(--back);
}
main { width: min(400px, 100%); }
form, .card {
  display: grid; gap: 16px; padding: 28px 28px 24px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px;
}
h1 { margin: 0; font-size: 20px; line-height: 28px; letter-spacing: -0.015em; }
label { display: grid; gap: 6px; font-weight: 500; }
input {
  width: 100%; height: 36px; padding: 0 10px; font: 13px ui-monospace, monospace; color: var(--text);
  background: var(--card); border: 1px solid var(--edge); border-radius: 6px;
}
input[aria-invalid="true"] { border-color: var(--bad); }
button {
  height: 36px; font: inherit; font-weight: 500; color: var(--on-solid); background: var(--solid); border: 0;
  border-radius: 6px; cursor: pointer;
}
:focus-visible { outline: 2px solid var(--here); outline-offset: 2px; }
p { margin: 0; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: 12.5px; line-height: 18px; }
.refused { padding: 10px 12px; color: var(--bad); background: var(--bad-soft); border-radius: 6px; }
footer { padding: 16px 4px 0; text-align: center; }
a { color: inherit; }
code { font-family: ui-monospace, monospace; }
@media (max-width: 720px) {
  body { font-size: 15px; line-height: 22px; }
  input, button { height: 44px; font-size: 16px; }
}
`;
